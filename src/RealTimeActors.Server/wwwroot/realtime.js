// A small client of the wire contract, version 1, in its JSON encoding. It keeps one session over many connections: it remembers the
// session's key, acks what was handled, applies every offset once and in order, says so when something is missing, and comes back by itself.

const SUBPROTOCOL = "realtime.v1.json";
const ACK_EVERY_MS = 250;
const CONNECT_WITHIN_MS = 10_000;
const FALLBACK_RECONNECT = { minMs: 100, maxMs: 5_000, factor: 1.5, jitter: 1 };
const FALLBACK_HEARTBEAT_MS = 25_000;

/** What to do after a close, by the range of its code: "now", "backoff" or "stay". */
export function afterClose(code) {
  if (code >= 4000 && code <= 4099) return "now";
  if (code >= 4300 && code <= 4499) return "stay"; // This page has no other token to offer, or was told to stay away.
  return "backoff";
}

/** How long to wait before the given attempt (0, 1, 2 …): it grows by the factor up to the maximum, then chance takes its share off. */
export function reconnectDelayMs(attempt, advice, random = Math.random) {
  const grown = Math.min(advice.maxMs, advice.minMs * advice.factor ** attempt);
  return grown * (1 - advice.jitter * random());
}

/** Remembers a session for as long as the tab lives. Where the browser forbids storage, for as long as the page lives. */
export function tabStorage(name) {
  let memory = null;
  return {
    load() {
      try { return JSON.parse(sessionStorage.getItem(name)) ?? memory; } catch { return memory; }
    },
    save(session) {
      memory = session;
      try {
        if (session) sessionStorage.setItem(name, JSON.stringify(session));
        else sessionStorage.removeItem(name);
      } catch { /* The memory has it. */ }
    },
  };
}

/**
 * Tells what happens through `on(name, listener)`:
 *  state    {state, until?, reason?, code?}: connecting · live · waiting · cut · stopped
 *  welcome  the body of the frame
 *  events   [{event, kind, life}]: kind is live, replayed (missed while away) or history (from before this page was opened); life counts the epochs
 *           that were seen of the channel: offsets begin anew in each
 *  position {channel, epoch, offset, acked, head}
 *  resumed  a report: what was replayed after a connection was lost, once it is complete
 *  trouble  {channel?, code?, name?, message}: something that a person should know
 */
export class RealtimeClient {
  #url;
  #name;
  #storage;
  #listeners = new Map();
  #subscriptions = new Map();
  #answers = new Map();
  #nextId = 1;
  #socket = null;
  #state = "idle";
  #attempt = 0;
  #advice = FALLBACK_RECONNECT;
  #heartbeatMs = FALLBACK_HEARTBEAT_MS;
  #heardAt = 0;
  #lastClose = null;
  #spreadMs = 0;
  #batch = [];
  #resume = null;
  #awaySince = null;
  #timers = { reconnect: 0, acks: 0, welcome: 0, heartbeat: 0 };

  constructor({ url, name, storage }) {
    this.#url = url;
    this.#name = name;
    this.#storage = storage;
  }

  get state() { return this.#state; }

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }

  /** Follows a channel from `from`, and keeps following it. Call before `start`. */
  follow(channel, from) {
    this.#subscriptions.set(channel, { channel, from, epoch: null, offset: null, acked: null, head: 0, kind: "history", life: 0, repairedAt: null, deaf: false });
  }

  start() { this.#connect(); }

  /** Gives up the session, if it asks for that, and connects after a stop. */
  restart({ newSession }) {
    if (newSession) this.#storage.save(null);
    this.#attempt = 0;
    this.#connect();
  }

  /** Closes the connection, stays away for so long, and comes back by itself. */
  cut(milliseconds) {
    this.#hangUp("cut on request");
    this.#setState("cut", { until: Date.now() + milliseconds });
    this.#timers.reconnect = setTimeout(() => this.#connect(), milliseconds);
  }

  /** Does not wait any longer. */
  reconnectNow() {
    if (this.#state !== "waiting" && this.#state !== "cut") return;
    this.#connect();
  }

  /** Sends what is waiting to be acked: before the page goes away, for example. */
  flushAcks() {
    clearTimeout(this.#timers.acks);
    this.#timers.acks = 0;
    if (this.#state !== "live" || this.#socket?.readyState !== WebSocket.OPEN) return;

    const frames = [];
    for (const sub of this.#subscriptions.values()) {
      if (sub.offset === null || sub.offset === sub.acked) continue;
      sub.acked = sub.offset;
      frames.push({ ack: { channel: sub.channel, offset: sub.offset } });
      this.#tellPosition(sub);
    }
    if (frames.length > 0) this.#send(...frames);
  }

  // --- connections ---

  #connect() {
    clearTimeout(this.#timers.reconnect);
    this.#hangUp("connecting anew");
    this.#setState("connecting");
    this.#lastClose = null;
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    this.#timers.welcome = setTimeout(() => this.#lost(socket, { code: 1006, reason: "no answer" }), CONNECT_WITHIN_MS);
    // A socket that was given up may still speak; only the present one is listened to.
    socket.onopen = () => { if (socket === this.#socket) this.#hello(); };
    socket.onmessage = message => { if (socket === this.#socket) this.#receive(message.data); };
    socket.onclose = close => this.#lost(socket, close);
  }

  #hangUp(reason) {
    this.flushAcks();
    const socket = this.#socket;
    this.#socket = null;
    this.#stopTimers();
    if (this.#state === "live") this.#awaySince = performance.now();
    socket?.close(1000, reason);
  }

  #lost(socket, { code, reason }) {
    if (socket !== this.#socket) return;
    const said = this.#lastClose ?? { code, reason };
    this.#hangUp("gone");
    const next = afterClose(said.code);
    if (next === "stay") {
      this.#setState("stopped", said);
      return;
    }

    let delay = next === "now" && this.#attempt === 0 ? this.#spreadMs * Math.random() : reconnectDelayMs(this.#attempt, this.#advice);
    delay = Math.max(delay, said.afterMs ?? 0);
    this.#spreadMs = 0;
    this.#attempt++;
    this.#setState("waiting", { until: Date.now() + delay, attempt: this.#attempt });
    this.#timers.reconnect = setTimeout(() => this.#connect(), delay);
  }

  #stopTimers() {
    clearTimeout(this.#timers.reconnect);
    clearTimeout(this.#timers.acks);
    clearTimeout(this.#timers.welcome);
    clearInterval(this.#timers.heartbeat);
    this.#timers.acks = 0;
    this.#answers.clear();
  }

  #send(...frames) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frames.map(frame => JSON.stringify(frame)).join("\n"));
  }

  #ask(kind, body, onAnswer) {
    const id = this.#nextId++;
    this.#answers.set(id, onAnswer);
    this.#send({ id, [kind]: body });
  }

  #hello() {
    const session = this.#storage.load();
    const hello = { client: this.#name };
    // A resumed session brings its own subscriptions; a new one needs them from us.
    if (session) hello.session = { id: session.id, key: session.key };
    else hello.subscribe = [...this.#subscriptions.values()].map(sub => this.#subscribeBody(sub));
    this.#ask("hello", hello, frame => {
      if (frame.welcome) this.#welcome(frame.welcome, session);
      else this.#refused(frame.error);
    });
  }

  #welcome(welcome, offered) {
    clearTimeout(this.#timers.welcome);
    this.#attempt = 0;
    this.#advice = { ...FALLBACK_RECONNECT, ...welcome.reconnect };
    this.#heartbeatMs = welcome.heartbeatMs || FALLBACK_HEARTBEAT_MS;
    this.#timers.heartbeat = setInterval(() => this.#listen(), Math.min(5_000, this.#heartbeatMs / 2));

    // Every hello replaces the key, and the first frame on the new connection confirms that we have it.
    this.#storage.save({ id: welcome.session.id, key: welcome.session.key });
    this.#send({ ping: {} });

    const wasHere = [...this.#subscriptions.values()].some(sub => sub.offset !== null);
    this.#resume = wasHere || welcome.session.resumed ? this.#newReport(welcome) : null;
    this.#setState("live");
    this.#emit("welcome", welcome);

    const announced = new Set();
    for (const subscribed of welcome.subscriptions ?? []) {
      announced.add(subscribed.channel);
      if (this.#subscriptions.has(subscribed.channel)) this.#subscribed(subscribed);
      else this.#send({ unsubscribe: { channel: subscribed.channel } });
    }
    for (const sub of this.#subscriptions.values()) {
      if (!announced.has(sub.channel)) this.#subscribe(sub);
    }
    if (offered && !welcome.session.resumed) {
      this.#emit("trouble", { message: `The former session could not be resumed${welcome.session.reason ? ` (${welcome.session.reason})` : ""}; a new one was opened.` });
    }
    this.#checkResume();
  }

  #refused(error) {
    this.#emit("trouble", { code: error?.code, name: error?.name, message: error?.message ?? "The server refused the connection." });
    this.#lastClose = { code: error?.retry === "never" || error?.retry === "token" ? 4400 : 4100, reason: error?.message, afterMs: error?.afterMs };
    this.#lost(this.#socket, this.#lastClose);
  }

  // Any frame is a sign of life. After a silence we ask, after a longer one we no longer believe in the connection.
  #listen() {
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs > 2 * this.#heartbeatMs) this.#lost(this.#socket, { code: 1006, reason: "silence" });
    else if (silentMs > this.#heartbeatMs) this.#send({ ping: {} });
  }

  // --- frames ---

  #receive(text) {
    this.#heardAt = performance.now();
    for (const line of text.split("\n")) {
      if (line !== "") this.#frame(JSON.parse(line));
    }
    this.#flushBatch();
    this.#checkResume();
  }

  #frame(frame) {
    if (frame.id !== undefined) {
      const onAnswer = this.#answers.get(frame.id);
      this.#answers.delete(frame.id);
      onAnswer?.(frame);
    }
    else if (frame.event) this.#event(frame.event);
    else if (frame.skip) this.#passOver(frame.skip);
    else if (frame.gap) this.#gap(frame.gap);
    else if (frame.subscribed) this.#subscribed(frame.subscribed);
    else if (frame.unsubscribed) this.#unsubscribed(frame.unsubscribed);
    else if (frame.ping) this.#send({ pong: {} });
    else if (frame.goaway) this.#spreadMs = frame.goaway.spreadMs ?? 0;
    else if (frame.close) this.#lastClose = frame.close;
    else if (frame.lag) this.#emit("lag", frame.lag);
    else if (frame.error) this.#emit("trouble", frame.error);
  }

  #event(event) {
    const sub = this.#subscriptions.get(event.channel);
    if (!sub || sub.deaf) return;
    if (sub.offset === null) sub.offset = event.offset - 1;

    if (event.offset <= sub.offset) {
      // What was handled but not acked in time is sent again after a loss. It is applied once.
      if (this.#resume) this.#resume.repeats++;
      return;
    }
    if (event.offset > sub.offset + 1 && this.#repair(sub, sub.offset + 1, event.offset - 1)) return;

    sub.offset = event.offset;
    const kind = event.offset <= sub.head ? sub.kind : "live";
    if (kind === "replayed") this.#replayed(event);
    this.#batch.push({ event, kind, life: sub.life });
    this.#handled(sub);
  }

  // The contract accounts for every offset. When one is missing all the same, what follows is asked for again, once; if it does not come then, the
  // hole is told and the stream goes on. Answers whether it was asked for.
  #repair(sub, from, to) {
    if (sub.repairedAt === sub.offset) {
      if (this.#resume) this.#resume.holes.push({ channel: sub.channel, from, to });
      this.#emit("trouble", { channel: sub.channel, message: `Offsets ${range(from, to)} are missing, and the server did not say why.` });
      return false;
    }
    sub.repairedAt = sub.offset;
    sub.deaf = true;
    this.#subscribe(sub);
    return true;
  }

  #passOver({ channel, to }) {
    const sub = this.#subscriptions.get(channel);
    if (!sub || sub.deaf || sub.offset === null || to <= sub.offset) return;
    sub.offset = to;
    this.#handled(sub);
  }

  #gap({ channel, from, to, reason }) {
    this.#flushBatch();
    const sub = this.#subscriptions.get(channel);
    if (!sub || sub.offset === null || to <= sub.offset) return;
    const first = Math.max(from, sub.offset + 1);
    if (this.#resume) this.#resume.lost += to - first + 1;
    this.#emit("trouble", { channel, message: `Offsets ${range(first, to)} are gone: ${reason ?? "no reason was given"}.` });
    sub.offset = to;
    this.#handled(sub);
  }

  // --- subscriptions ---

  #subscribeBody(sub) {
    return { channel: sub.channel, from: sub.offset === null ? sub.from : { epoch: sub.epoch, offset: sub.offset } };
  }

  #subscribe(sub) {
    this.#ask("subscribe", this.#subscribeBody(sub), frame => {
      if (frame.subscribed) {
        this.#subscribed(frame.subscribed);
        return;
      }
      sub.deaf = false;
      this.#resume?.waitingFor.delete(sub.channel);
      this.#emit("trouble", { channel: sub.channel, ...frame.error });
    });
  }

  #subscribed({ channel, epoch, offset, head, recovered, gap }) {
    const sub = this.#subscriptions.get(channel);
    if (!sub) return;
    this.#flushBatch();
    sub.deaf = false;
    const isNew = sub.offset === null;
    sub.head = head ?? offset;

    if (isNew) {
      sub.epoch = epoch;
      sub.offset = sub.acked = offset;
      sub.kind = recovered === "none" || !this.#resume ? "history" : "replayed";
      // The session resumes where it was, but this page was opened anew and its charts are empty.
      if (sub.kind === "replayed") {
        this.#readHistory(sub);
        if (gap) {
          sub.offset = gap.from - 1;
          this.#gap({ channel, ...gap });
        }
      }
    }
    else if (recovered === "reset" || sub.epoch !== epoch) {
      this.#emit("trouble", { channel, message: `The log has begun a new life (epoch ${epoch}); it is read from its start.` });
      sub.epoch = epoch;
      sub.offset = sub.acked = offset;
      sub.kind = "history";
      sub.life++;
    }
    else {
      sub.kind = "replayed";
      if (gap) this.#gap({ channel, ...gap });
      sub.acked = Math.min(sub.offset, offset);
      if (offset > sub.offset && !this.#repair(sub, sub.offset + 1, offset)) sub.offset = offset;
    }
    this.#resume?.waitingFor.delete(channel);
    this.#tellPosition(sub);
  }

  #unsubscribed({ channel, code, reason }) {
    const sub = this.#subscriptions.get(channel);
    if (!sub) return;
    this.#emit("trouble", { channel, code, message: `The server ended the subscription: ${reason || "no reason was given"}.` });
    if (code >= 2500 && code <= 2999) setTimeout(() => { if (this.#state === "live") this.#subscribe(sub); }, reconnectDelayMs(2, this.#advice));
  }

  #readHistory(sub) {
    if (!sub.from?.last) return;
    const end = sub.offset;
    this.#ask("read", { channel: sub.channel, what: "events", from: sub.from, limit: sub.from.last }, frame => {
      if (frame.page?.epoch !== sub.epoch) return;
      const events = frame.page.items.filter(item => item.offset <= end);
      if (events.length > 0) this.#emit("events", events.map(event => ({ event: { channel: sub.channel, ...event }, kind: "history", life: sub.life })));
    });
  }

  #handled(sub) {
    if (!this.#timers.acks) this.#timers.acks = setTimeout(() => this.flushAcks(), ACK_EVERY_MS);
    if (sub.offset > sub.head) sub.head = sub.offset;
  }

  // --- what a resume brought back ---

  #newReport(welcome) {
    return {
      resumed: welcome.session.resumed === true,
      awayMs: this.#awaySince === null ? null : performance.now() - this.#awaySince,
      startedAt: performance.now(),
      waitingFor: new Set(this.#subscriptions.keys()),
      channels: new Map(),
      repeats: 0,
      lost: 0,
      holes: [],
    };
  }

  #replayed(event) {
    if (!this.#resume) return;
    const channels = this.#resume.channels;
    const seen = channels.get(event.channel);
    if (seen) {
      seen.last = event.offset;
      seen.count++;
    }
    else {
      channels.set(event.channel, { channel: event.channel, first: event.offset, last: event.offset, count: 1 });
    }
  }

  #checkResume() {
    const report = this.#resume;
    if (!report || report.waitingFor.size > 0) return;
    for (const sub of this.#subscriptions.values()) {
      if (sub.deaf || (sub.offset !== null && sub.offset < sub.head)) return;
    }
    this.#resume = null;
    this.#awaySince = null;
    const channels = [...report.channels.values()];
    this.#emit("resumed", {
      resumed: report.resumed,
      awayMs: report.awayMs,
      tookMs: performance.now() - report.startedAt,
      channels,
      count: channels.reduce((sum, channel) => sum + channel.count, 0),
      repeats: report.repeats,
      lost: report.lost,
      holes: report.holes,
    });
  }

  /** Whether what was missed is still on its way. */
  get isCatchingUp() { return this.#resume !== null; }

  // --- telling ---

  #flushBatch() {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    for (const channel of new Set(batch.map(item => item.event.channel))) this.#tellPosition(this.#subscriptions.get(channel));
    this.#emit("events", batch);
  }

  #tellPosition({ channel, epoch, offset, acked, head }) { this.#emit("position", { channel, epoch, offset, acked, head }); }

  #setState(state, details = {}) {
    this.#state = state;
    this.#emit("state", { state, ...details });
  }

  #emit(name, value) {
    for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }
}

export function range(from, to) { return from === to ? `${from}` : `${from}–${to}`; }
