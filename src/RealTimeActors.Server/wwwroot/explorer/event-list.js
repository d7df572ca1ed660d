// The events of a channel: live with the newest first, or a page of the log. Never more rows than a person would read.

import { clock, many } from "../format.js";
import { $, box, el, keyed, number, say } from "./dom.js";
import { prettyJson } from "./pretty-json.js";
import { range } from "../live.js";

const LIVE_MAX = 200;
const PAGE = 50;

export class EventList {
  #read;
  #trouble;
  #live = []; // the oldest first
  #page = null; // {events, oldest first}
  #seen = 0;
  #missed = 0;
  #isPaused = false;
  #isScheduled = false;
  #isReading = false;
  #turn = 0;
  #first = 1;
  #head = 0;
  #epoch = null;

  /**
   * @param read Answers a page of the log: (position, limit).
   * @param trouble Is told what could not be read.
   */
  constructor({ read, trouble }) {
    this.#read = read;
    this.#trouble = trouble;
    $("older").addEventListener("click", () => this.#older());
    $("newer").addEventListener("click", () => this.#newer());
    $("now").addEventListener("click", () => this.#backToLive());
    $("pause").addEventListener("click", () => this.#pause(!this.#isPaused));
    $("go-to").addEventListener("submit", submitted => {
      submitted.preventDefault();
      const offset = Number($("go-to-offset").value);
      if (Number.isSafeInteger(offset) && offset >= 1) void this.#open(offset - 1);
      else this.#trouble("An offset is a whole number from 1 on.");
    });
    document.addEventListener("visibilitychange", () => this.#schedule());
  }

  clear() {
    this.#turn++;
    this.#isReading = false;
    this.#live = [];
    this.#page = null;
    this.#seen = 0;
    this.#missed = 0;
    this.#first = 1;
    this.#head = 0;
    this.#epoch = null;
    this.#pause(false);
  }

  add(event, kind) {
    if (event.epoch !== this.#epoch) {
      this.#epoch = event.epoch;
      this.#live = [];
    }
    this.#seen++;
    if (this.#page) this.#missed++;
    this.#head = Math.max(this.#head, event.offset);
    this.#live.push({ event, kind });
    // Cut in bulk, so that a long replay does not move the whole list for every event.
    if (this.#live.length > 2 * LIVE_MAX) this.#live.splice(0, this.#live.length - LIVE_MAX);
    this.#schedule();
  }

  /** What the server says of the log. */
  bounds({ epoch, first, head }) {
    if (epoch) this.#epoch = epoch;
    this.#first = first ?? 1;
    this.#head = Math.max(this.#head, head ?? 0);
    this.#schedule();
  }

  #shown() { return this.#page ? this.#page.events : this.#live.slice(-LIVE_MAX); }

  #older() {
    const oldest = this.#shown()[0]?.event.offset ?? this.#head + 1;
    const after = Math.max(this.#first - 1, oldest - 1 - PAGE);
    void this.#open(after, oldest - 1 - after);
  }

  #newer() {
    const newest = this.#shown().at(-1)?.event.offset ?? 0;
    if (newest >= this.#head) this.#backToLive();
    else void this.#open(newest);
  }

  #backToLive() {
    this.#turn++;
    this.#isReading = false;
    this.#page = null;
    this.#missed = 0;
    this.#pause(false);
    $("events").scrollTop = 0;
  }

  async #open(after, limit = PAGE) {
    if (this.#isReading || limit < 1) return;
    const turn = this.#turn;
    this.#isReading = true;
    this.#schedule();
    try {
      const page = await this.#read(this.#epoch === null ? "earliest" : { epoch: this.#epoch, offset: after }, limit);
      if (turn !== this.#turn) return;
      if (page.events.length === 0) this.#trouble(`There are no events after offset ${after}.`);
      else {
        this.#page = { events: page.events.map(event => ({ event, kind: "history" })) };
        this.#isPaused = false;
        $("events").scrollTop = 0;
      }
    } catch (fault) {
      if (turn === this.#turn) this.#trouble(`The log could not be read: ${fault.message}${fault.code ? ` (${fault.code})` : ""}`);
    } finally {
      if (turn === this.#turn) this.#isReading = false;
      this.#schedule();
    }
  }

  #pause(isPaused) {
    this.#isPaused = isPaused;
    this.#schedule();
  }

  #schedule() {
    if (this.#isScheduled || document.visibilityState !== "visible") return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#isScheduled = false;
    const shown = this.#shown();
    const offsets = shown.length > 0 ? [shown[0].event.offset, shown.at(-1).event.offset] : null;
    $("pause").setAttribute("aria-pressed", String(this.#isPaused));
    say($("pause"), this.#isPaused ? "Go on" : "Pause");
    $("pause").hidden = this.#page !== null;
    $("now").hidden = this.#page === null;
    $("newer").disabled = this.#isReading || this.#page === null;
    $("older").disabled = this.#isReading || this.#epoch === null || (offsets ? offsets[0] <= this.#first : this.#head < this.#first);
    $("events").dataset.mode = this.#page ? "log" : "live";
    if (this.#page) say($("events-said"), `${range(...offsets)} of ${number(this.#head)}, from the log${this.#missed ? ` · ${many(this.#missed, "new event")}` : ""}`);
    else if (this.#isPaused) say($("events-said"), "paused; events go on arriving");
    else say($("events-said"), this.#seen === 0 ? "none yet" : `newest first, ${number(this.#seen)} so far`);
    $("no-events").hidden = shown.length > 0;
    if (this.#isPaused && !this.#page) return;
    keyed($("events"), [...shown].reverse(), ({ event }) => `${event.channel}/${event.epoch}/${event.offset}`, makeRow);
  }
}

function makeRow({ event, kind }) {
  const item = el("li", kind);
  Object.assign(item.dataset, { offset: event.offset, kind, priority: event.priority });
  const details = document.createElement("details");
  const summary = box("summary", "",
    el("span", "offset", event.offset),
    el("time", "when", clock(event.time.getTime())),
    el("span", "type", event.type),
    el("span", "key", event.key ?? ""),
    el("span", "data", event.dataText.slice(0, 400)));
  const marks = box("span", "marks");
  if (event.priority !== "normal") marks.append(el("span", `mark ${event.priority}`, event.priority));
  if (kind === "replayed") marks.append(el("span", "mark replay", "replayed"));
  if (event.metadata.userId) marks.append(el("span", "mark user", event.metadata.userId));
  summary.append(marks);
  details.append(summary);
  // Whole only when somebody looks.
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(whole(event)); });
  item.append(details);
  return item;
}

function whole(event) {
  const { metadata } = event;
  const facts = document.createElement("dl");
  const pairs = [
    ["time", event.time.toISOString()], ["type", event.type], ["key", event.key], ["priority", event.priority], ["user", metadata.userId], ["source", metadata.source],
    ["correlation", metadata.correlationId], ["session", metadata.sessionId], ["id", event.id], ["position", `${event.epoch}-${event.offset}`], ["hash", event.hash ?? "none is kept"],
  ];
  for (const [name, value] of pairs) if (value !== undefined) facts.append(box("div", "", el("dt", "", name), el("dd", "mono", value)));
  const data = el("pre", "", prettyJson(event.dataText));
  data.tabIndex = 0;
  data.setAttribute("aria-label", "data");
  return box("div", "whole", data, facts);
}
