// What the live page follows, in words of the page: one session on the TypeScript client, where it stands, and what a resume brought back.

import { MemorySessionStore, RealTimeClient, WebStorageSessionStore } from "./client/index.js";

const ACK_EVERY_MS = 250;

/**
 * Tells what happens through `on(name, listener)`:
 *  state    {state, until?, attempt?, reason?, code?}: connecting · live · waiting · cut · stopped
 *  welcome  what the server said of the connection
 *  events   [{event, kind, life}]: kind is live, replayed (missed while away) or history (from before this page was opened); life counts the epochs
 *           that were seen of the channel: offsets begin anew in each
 *  position {channel, epoch, offset, acked}
 *  resumed  a report: what was replayed after a connection was lost, once it is complete
 *  trouble  {channel?, code?, message}: something that a person should know
 */
export class LiveSession {
  #client;
  #store;
  #listeners = new Map();
  #channels = new Map();
  #details = { state: "connecting" };
  #isOffered = false;
  #comeBack = 0;
  #report = null;
  #awaySince = null;
  #dropped = 0;
  #token;
  #isSwitching = false;

  /** @param token Answers the token to connect with; null: none. */
  constructor({ endpoint, name, token = () => null }) {
    this.#token = token;
    this.#store = tabStore("realtime.session");
    this.#client = new RealTimeClient({ endpoint, clientName: name, sessionStore: this.#store, ackDelayMs: ACK_EVERY_MS });
    this.#client.on("state", change => this.#entered(change));
    this.#client.on("retry", retry => this.#retrying(retry));
    this.#client.on("welcome", welcome => this.#welcomed(welcome));
    this.#client.on("lag", lag => this.#emit("lag", lag));
    // What is about a channel its notices say, and that the client is closed its state.
    this.#client.on("error", error => { if (!error.channel && error.kind !== "closed") this.#emit("trouble", { message: error.message }); });
    // Whatever was left out at the end of a replay is told by no event.
    setInterval(() => this.#look(), ACK_EVERY_MS);
  }

  get state() { return this.#details.state; }

  /** Whether what was missed is still on its way. */
  get isCatchingUp() { return this.#report !== null; }

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }

  /** Follows a channel and shows its last so many events. Call before `start`. */
  follow(channel, last) { this.#channels.set(channel, { channel, last, life: 0, kind: "history", subscription: null, isNew: true }); }

  start() {
    this.#isOffered = this.#store.load() !== null;
    for (const followed of this.#channels.values()) {
      // Begun anew it goes on where this page stands; a page that was opened anew, where its session stands.
      const { epoch, received } = followed.subscription?.position ?? { epoch: null };
      followed.subscription = this.#client.subscribe(followed.channel, event => this.#event(followed, event), {
        from: epoch === null ? "session" : { epoch, offset: received },
        order: "offset",
        noticed: notice => this.#noticed(followed, notice),
      });
      // That it was refused is told by its notice.
      followed.subscription.started.catch(() => {});
    }
    this.#connect();
  }

  /** Gives up the session, if it asks for that, and connects after a stop. */
  restart({ newSession }) {
    if (newSession) this.#store.clear();
    this.#connect();
    this.start();
  }

  /** There is another token: whoever that is, it is a new beginning, where this page stands. */
  async changeToken() {
    this.#isSwitching = true;
    if (this.#client.state !== "closed") await this.#client.disconnect();
    this.#isSwitching = false;
    this.restart({ newSession: false });
  }

  /** Closes the connection, stays away for so long, and comes back by itself. */
  cut(milliseconds) {
    this.#client.goOffline();
    this.#setState({ state: "cut", until: Date.now() + milliseconds });
    this.#comeBack = setTimeout(() => this.#client.goOnline(), milliseconds);
  }

  /** Does not wait any longer. */
  reconnectNow() { this.#client.goOnline(); }

  // --- the connection ---

  // A token is the one of the person before the page. So it is said as it is: when it has ended the state tells, and whoever has another gives it.
  #connect() { this.#client.connect(this.#token() ?? undefined).catch(() => { /* The state says it. */ }); }

  #entered({ state, reason, code }) {
    clearTimeout(this.#comeBack);
    if (state === "closed" && this.#isSwitching) return;
    if (state === "connected") this.#setState({ state: "live" });
    else if (state === "closed") this.#setState({ state: "stopped", reason, code });
    else this.#setState({ state: state === "connecting" ? "connecting" : "waiting" });
  }

  #retrying({ attempt, delayMs }) { this.#setState({ state: "waiting", attempt, until: Date.now() + delayMs }); }

  #welcomed(welcome) {
    const wasHere = [...this.#channels.values()].some(({ isNew }) => !isNew);
    // A session that moved while it was live was never away: there is nothing to report.
    if (this.state !== "live") this.#report = wasHere || welcome.isResumed ? this.#newReport(welcome) : null;
    this.#dropped = this.#client.eventsDropped;
    if (this.#isOffered && !welcome.isResumed) {
      this.#emit("trouble", { message: `The former session could not be resumed${welcome.reason ? ` (${welcome.reason})` : ""}; a new one was opened.` });
    }
    this.#isOffered = true;
    this.#emit("welcome", welcome);
  }

  #setState(details) {
    if (this.#details.state === "live" && details.state !== "live") this.#awaySince = performance.now();
    this.#details = details;
    this.#emit("state", details);
  }

  // --- channels ---

  #event(followed, event) {
    const kind = event.replayed ? followed.kind : "live";
    if (kind === "replayed") this.#replayed(event);
    this.#tellPosition(followed);
    this.#emit("events", [{ event, kind, life: followed.life }]);
    this.#look();
  }

  #noticed(followed, notice) {
    const { channel } = followed;
    switch (notice.kind) {
      case "reset":
        followed.life++;
        followed.kind = "history";
        this.#emit("trouble", { channel, message: `The log has begun a new life (epoch ${notice.epoch}); it is read from its start.` });
        break;
      case "started": this.#started(followed, notice); break;
      case "gap": this.#gap(notice); break;
      case "interrupted": this.#emit("trouble", { channel, code: notice.code, message: `The server interrupted the subscription: ${notice.reason || "no reason was given"}.` }); break;
      case "ended":
        this.#report?.waitingFor.delete(channel);
        // From 4000 on it is the connection that has ended, which the state says.
        if (notice.code < 4000) this.#emit("trouble", { channel, code: notice.code, message: notice.reason || "The server ended the subscription." });
        break;
    }
    this.#tellPosition(followed);
    this.#look();
  }

  #started(followed, { epoch, offset, recovered }) {
    if (recovered === "full" || recovered === "gap") followed.kind = "replayed";
    // The session resumes where it was, but this page was opened anew and its charts are empty.
    if (followed.isNew && offset > 0) this.#readHistory(followed, epoch, offset);
    followed.isNew = false;
    this.#report?.waitingFor.delete(followed.channel);
  }

  #gap({ channel, from, to, reason }) {
    if (reason === "missing") {
      this.#report?.holes.push({ channel, from, to });
      this.#emit("trouble", { channel, message: `Offsets ${range(from, to)} are missing, and the server did not say why.` });
      return;
    }
    if (this.#report) this.#report.lost += to - from + 1;
    this.#emit("trouble", { channel, message: `Offsets ${range(from, to)} are gone: ${reason || "no reason was given"}.` });
  }

  async #readHistory({ channel, last, life }, epoch, offset) {
    try {
      // A page has as many as fit into a frame: the rest is on the next ones.
      for (let from = { last }, rest = last; from !== null && rest > 0;) {
        const page = await this.#client.readEvents(channel, { from, limit: rest });
        const events = page.epoch === epoch ? page.events.filter(event => event.offset <= offset) : [];
        if (events.length === 0) return;
        this.#emit("events", events.map(event => ({ event, kind: "history", life })));
        from = page.next;
        rest -= page.events.length;
      }
    } catch { /* Charts that begin now are still charts. */ }
  }

  #tellPosition({ channel, subscription }) {
    if (!subscription) return;
    const { epoch, received, acked } = subscription.position;
    if (epoch !== null) this.#emit("position", { channel, epoch, offset: received, acked });
  }

  // --- what a resume brought back ---

  #newReport(welcome) {
    return {
      resumed: welcome.isResumed,
      awayMs: this.#awaySince === null ? null : performance.now() - this.#awaySince,
      startedAt: performance.now(),
      waitingFor: new Set(this.#channels.keys()),
      channels: new Map(),
      lost: 0,
      holes: [],
    };
  }

  #replayed({ channel, offset }) {
    if (!this.#report) return;
    const seen = this.#report.channels.get(channel);
    if (seen) {
      seen.last = offset;
      seen.count++;
    }
    else {
      this.#report.channels.set(channel, { channel, first: offset, last: offset, count: 1 });
    }
  }

  /** Whether everything that was there when the connection came back has come. */
  #look() {
    for (const followed of this.#channels.values()) this.#tellPosition(followed);
    const report = this.#report;
    if (!report || report.waitingFor.size > 0 || this.state !== "live") return;
    for (const { subscription } of this.#channels.values()) {
      if (subscription.state !== "ended" && subscription.position.received < subscription.position.head) return;
    }
    this.#report = null;
    this.#awaySince = null;
    const channels = [...report.channels.values()];
    this.#emit("resumed", {
      resumed: report.resumed,
      awayMs: report.awayMs,
      tookMs: performance.now() - report.startedAt,
      channels,
      count: channels.reduce((sum, channel) => sum + channel.count, 0),
      repeats: this.#client.eventsDropped - this.#dropped,
      lost: report.lost,
      holes: report.holes,
    });
  }

  #emit(name, value) {
    for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }
}

export function range(from, to) { return from === to ? `${from}` : `${from}–${to}`; }

/** Remembers a session for as long as the tab lives; where the browser forbids storage, for as long as the page lives. */
function tabStore(name) {
  try {
    const store = new WebStorageSessionStore(name, sessionStorage);
    store.load();
    return store;
  } catch {
    return new MemorySessionStore();
  }
}
