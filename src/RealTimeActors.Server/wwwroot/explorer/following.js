// This page's own session: one channel at a time on the TypeScript client, where it stands, and what a replay brought.

import { MemorySessionStore, RealTimeClient, WebStorageSessionStore } from "../client/index.js";
import { range } from "../live.js";

const SESSION = "realtime.explorer";
const FOLLOWED = "realtime.explorer.channel";

/**
 * Tells what happens through the hooks it is given:
 *  events   (ReceivedEvent, kind): kind is live or replayed
 *  restarted ()                    another channel, or another place in it: what was shown before is over
 *  changed  ()                     look at `state`, `position`, `replay` …
 *  trouble  (message, code)        something that a person should know
 */
export class Following {
  #client;
  #token;
  #hooks;
  #storage = tabStorage();
  #subscription = null;
  #turn = 0;
  #awaySince = null;
  #dropped = 0;
  #isSwitching = false;
  #hasMoved = false;
  #leftBehind;

  channel = null;
  state = { state: "connecting" };
  connection = null;
  connections = 0;
  /** What the last start had to bring back: {why, first, to, count, startedAt, tookMs, awayMs, repeats, lost, missing}. */
  replay = null;

  constructor({ endpoint, token, ...hooks }) {
    this.#token = token;
    this.#hooks = hooks;
    const store = this.#storage ? new WebStorageSessionStore(SESSION, this.#storage) : new MemorySessionStore();
    this.#leftBehind = this.#storage?.getItem(FOLLOWED) ?? null;
    this.#client = new RealTimeClient({ endpoint, clientName: "explorer/1", sessionStore: store, ackDelayMs: 250 });
    this.#client.on("state", change => this.#entered(change));
    this.#client.on("retry", ({ attempt }) => this.#become({ state: "waiting", attempt }));
    this.#client.on("welcome", welcome => this.#welcomed(welcome));
    this.#client.on("error", error => { if (!error.channel && error.kind !== "closed") this.#hooks.trouble(error.message, error.code); });
  }

  /** The session that this tab had before it was loaded again was in this channel; null: in none. */
  get leftBehind() { return this.#leftBehind; }

  get session() { return this.connection?.sessionId ?? null; }

  /** {epoch, offset, ahead, received, acked, head}; null: no channel is followed. */
  get position() { return this.#subscription && this.#subscription.position.epoch !== null ? this.#subscription.position : null; }

  get isFollowing() { return this.#subscription !== null && this.#subscription.state !== "ended"; }

  get isReplaying() { return this.replay !== null && this.replay.tookMs === null && this.state.state === "live"; }

  connect() { this.#client.connect(this.#token.value ?? undefined).catch(() => { /* The state says it. */ }); }

  /** Follows a channel, and no other any more. */
  follow(channel, from) {
    this.#leave();
    const turn = ++this.#turn;
    this.channel = channel;
    this.replay = null;
    this.#awaySince = null;
    this.#hooks.restarted();
    const why = from === "session" ? "resumed" : "asked";
    const mine = handler => (...values) => { if (turn === this.#turn) handler(...values); };
    try {
      this.#subscription = this.#client.subscribe(channel, mine(event => this.#event(event)), { from, order: "offset", noticed: mine(notice => this.#noticed(notice, why)) });
      this.#remember(channel);
    } catch (refused) {
      this.#subscription = null;
      this.#hooks.trouble(refused.message, 0);
    }
    this.#leaveBehind(channel);
    this.#hooks.changed();
  }

  /** Follows nothing any more. */
  stop() {
    this.#leave();
    this.#turn++;
    this.channel = null;
    this.replay = null;
    this.#remember(null);
    this.#hooks.restarted();
    this.#hooks.changed();
  }

  cut() { this.#client.goOffline(); }

  goOn() {
    if (this.#client.state === "closed") this.#begin();
    else this.#client.goOnline();
  }

  /** Another token: whoever that is, it is a new beginning, where this page stands. */
  async changeToken() {
    this.#isSwitching = true;
    if (this.#client.state !== "closed") await this.#client.disconnect();
    this.#isSwitching = false;
    this.#begin();
  }

  /** Events of the log: those after an offset, oldest first. */
  read(channel, from, limit) { return this.#client.readEvents(channel, { from, limit }); }

  #begin() {
    const from = this.position ? { epoch: this.position.epoch, offset: this.position.received } : { last: 50 };
    this.connect();
    if (this.channel !== null) this.follow(this.channel, from);
  }

  #leave() {
    if (this.isFollowing) this.#subscription.unsubscribe();
    this.#subscription = null;
  }

  /** A channel that the session followed before this page was loaded again, and does not any more, would hold its inbox open for ever. */
  #leaveBehind(channel) {
    const old = this.#leftBehind;
    this.#leftBehind = null;
    if (old === null || old === channel) return;
    const former = this.#client.subscribe(old, () => {}, { from: "session", ack: "auto" });
    former.started.catch(() => {}).finally(() => former.unsubscribe());
  }

  #remember(channel) {
    if (channel === null) this.#storage?.removeItem(FOLLOWED);
    else this.#storage?.setItem(FOLLOWED, channel);
  }

  // --- the connection ---

  #entered({ state, reason, code }) {
    if (state === "connected") this.#become({ state: "live" });
    else if (state === "closed") this.#become({ state: this.#isSwitching ? "connecting" : "stopped", reason, code });
    else if (state === "offline") this.#become({ state: "cut" });
    else this.#become({ state: state === "connecting" ? "connecting" : "waiting" });
  }

  #welcomed(welcome) {
    this.#hasMoved = this.state.state === "live";
    this.connection = welcome;
    this.connections++;
    this.#dropped = this.#client.eventsDropped;
    this.#hooks.changed();
  }

  #become(state) {
    if (this.state.state === "live" && state.state !== "live") this.#awaySince = performance.now();
    this.state = state;
    this.#hooks.changed();
  }

  // --- the channel ---

  #event(event) {
    if (event.replayed && this.replay?.tookMs === null) this.replay.count++;
    this.#hooks.events(event, event.replayed ? "replayed" : "live");
    this.#look();
  }

  #noticed(notice, why) {
    switch (notice.kind) {
      case "started": this.#started(notice, why); break;
      case "reset": this.#hooks.trouble(`The log of ${notice.channel} has begun a new life (epoch ${notice.epoch}); it is read from its start.`, 0); break;
      case "gap": this.#gap(notice); break;
      case "interrupted": this.#hooks.trouble(`The server interrupted the subscription: ${notice.reason || "no reason was given"}.`, notice.code); break;
      case "ended":
        // From 4000 on it is the connection that has ended, which the state says.
        if (notice.code < 4000) this.#hooks.trouble(notice.reason || "The server ended the subscription.", notice.code);
        break;
    }
    this.#look();
  }

  #started({ offset, head }, why) {
    // A session that moved while it was live was never away.
    if (this.#hasMoved && this.replay !== null && this.#awaySince === null) return;
    const awayMs = this.#awaySince === null ? null : performance.now() - this.#awaySince;
    this.replay = { why: awayMs === null ? why : "resumed", first: offset + 1, to: head, count: 0, startedAt: performance.now(), tookMs: null, awayMs, repeats: 0, lost: 0, missing: 0 };
    this.#awaySince = null;
  }

  #gap({ from, to, reason }) {
    const count = to - from + 1;
    if (this.replay) this.replay[reason === "missing" ? "missing" : "lost"] += count;
    const text = `Offsets ${range(from, to)} are gone: ${reason || "no reason was given"}.`;
    this.#hooks.trouble(reason === "missing" ? `Offsets ${range(from, to)} are missing, and the server did not say why.` : text, 0);
  }

  #look() {
    const { replay, position } = this;
    if (replay?.tookMs === null && position && position.received >= replay.to) {
      replay.tookMs = performance.now() - replay.startedAt;
      replay.repeats = replay.awayMs === null ? 0 : this.#client.eventsDropped - this.#dropped;
    }
    this.#hooks.changed();
  }
}

/** What outlives a reload of this tab; null where the browser forbids it. */
function tabStorage() {
  try {
    sessionStorage.getItem(SESSION);
    return sessionStorage;
  } catch {
    return null;
  }
}
