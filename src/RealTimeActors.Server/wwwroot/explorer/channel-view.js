// One channel: what it is, where to begin, its events, its followers, this page's place in it.

import { sizeText } from "../format.js";
import { $, number, say, span } from "./dom.js";
import { EventList } from "./event-list.js";
import { Followers } from "./followers.js";
import { Following } from "./following.js";
import { Poll } from "./poll.js";
import { showPosition } from "./position.js";
import { PublishForm } from "./publish-form.js";

export class ChannelView {
  #api;
  #trouble;
  #following;
  #events;
  #followers;
  #publish;
  #about;
  #head = null;
  #epoch = null;
  #isScheduled = false;
  #onState;

  constructor({ api, token, trouble, onState }) {
    this.#api = api;
    this.#trouble = trouble;
    this.#onState = onState;
    this.#following = new Following({
      endpoint: "v1/ws",
      token,
      events: (event, kind) => this.#events.add(event, kind),
      restarted: () => this.#events?.clear(),
      changed: () => this.#changed(),
      trouble: (message, code) => trouble(`${this.#following.channel ?? ""}: ${message}${code ? ` (${code})` : ""}`),
    });
    this.#events = new EventList({ read: (from, limit) => this.#following.read(this.channel, from, limit), trouble });
    this.#followers = new Followers({ api, ownSession: () => this.#following.session, bounds: bounds => this.#bounds(bounds) });
    this.#publish = new PublishForm({ api });
    this.#about = new Poll({
      everyMs: 5_000,
      ask: signal => api.get(`v1/channels/${encodeURIComponent(this.channel)}`, {}, signal),
      show: about => this.#showAbout(about),
      fail: problem => say($("about"), problem.text),
    });
    $("from").addEventListener("change", () => this.#chooseFrom());
    $("from-form").addEventListener("submit", submitted => {
      submitted.preventDefault();
      this.#chooseFrom(true);
    });
    $("replay-form").addEventListener("submit", submitted => {
      submitted.preventDefault();
      this.#startAt($("replay-from").value);
    });
    $("cut").addEventListener("click", () => {
      if (this.#following.state.state === "live") this.#following.cut();
      else this.#following.goOn();
    });
  }

  get channel() { return this.#following.channel; }

  get session() { return this.#following.session; }

  /** Over what its connection goes; empty: there was none yet. */
  get transport() { return this.#following.connection?.transport ?? ""; }

  connect() { this.#following.connect(); }

  changeToken() { return this.#following.changeToken(); }

  goOn() { this.#following.goOn(); }

  /** Shows a channel and follows it. A page that was loaded again goes on where its session was. */
  open(channel) {
    if (channel === this.channel) {
      this.#look();
      return;
    }
    this.#head = null;
    this.#epoch = null;
    $("channel").hidden = false;
    $("no-channel").hidden = true;
    say($("channel-name"), channel);
    say($("about"), "");
    const isBack = this.#following.leftBehind === channel;
    $("from").value = isBack ? "session" : "last:50";
    $("from-offset").hidden = true;
    this.#following.follow(channel, isBack ? "session" : { last: 50 });
    this.#publish.to(channel);
    this.#look();
  }

  /** Nobody looks at it: it goes on being followed, and nothing more is asked. */
  rest() {
    this.#about.stop();
    this.#followers.of(null);
  }

  #look() {
    this.#about.start();
    this.#followers.of(this.channel);
  }

  #chooseFrom(isSubmitted = false) {
    const choice = $("from").value;
    $("from-offset").hidden = choice !== "offset";
    if (choice === "offset") {
      if (isSubmitted) this.#startAt($("from-offset").value);
      else $("from-offset").focus();
      return;
    }
    const [word, count] = choice.split(":");
    this.#following.follow(this.channel, word === "last" ? { last: Number(count) } : word);
  }

  #startAt(text) {
    const offset = Number(text);
    const epoch = this.#following.position?.epoch ?? this.#epoch;
    if (text === "" || !Number.isSafeInteger(offset) || offset < 1) this.#trouble(`An offset is a whole number from 1 on; ${text === "" ? "the field is empty" : `${text} came`}.`);
    else if (epoch === null) this.#trouble("The log is not known yet; try again when the connection is back.");
    else this.#following.follow(this.channel, { epoch, offset: offset - 1 });
  }

  #bounds({ epoch, first, head }) {
    if (epoch === null) return;
    this.#epoch = epoch;
    // Of another life of the log it says nothing about where this page stands.
    this.#head = this.#following.position === null || this.#following.position.epoch === epoch ? head : null;
    this.#events.bounds({ epoch, first, head });
    this.#changed();
  }

  #showAbout(about) {
    this.#bounds(about);
    const { durable, epoch, first, head, retention } = about;
    const kept = [
      ...(retention.count === null ? [] : [`the last ${number(retention.count)}`]),
      ...(retention.ageMs === null ? [] : [`for ${span(Math.round(retention.ageMs / 1_000))}`]),
      ...(retention.bytes === null ? [] : [`up to ${sizeText(retention.bytes)}`]),
    ];
    say($("about"), [
      durable ? "durable" : "ephemeral",
      head === 0 ? "nothing published yet" : `offsets ${number(first)}–${number(head)}`,
      `epoch ${epoch ?? "unknown"}`,
      durable ? kept.length > 0 ? `kept ${kept.join(", ")}` : "kept for good" : "not on disk",
    ].join(" · "));
  }

  #changed() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // Once for whatever came in one go; also in a tab that draws no frames, whose state others read.
    queueMicrotask(() => {
      this.#isScheduled = false;
      showPosition(this.#following, this.#head);
      this.#onState(this.#following.isReplaying && this.#following.replay.to >= this.#following.replay.first ? { state: "catching-up" } : this.#following.state);
    });
  }
}
