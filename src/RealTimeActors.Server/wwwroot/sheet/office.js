// One office: a session of its own, the sheet as it sees it, and the notices that it confirms.

import { MemoryMutationStore, MemorySessionStore, RealTimeClient, WebStorageMutationStore, WebStorageSessionStore } from "../client/index.js";

const RECEIPT_WITHIN_MS = 5_000;

/**
 * Tells what happens through the hooks it is given:
 *  changed (changed)   what is shown of some keys; null: where the office stands
 *  outcome (outcome)   what became of an edit
 *  failed  (mutation, error)
 *  noticed (event)     somebody asks to confirm something; it is confirmed when this returns
 *  trouble (message)   something that a person should know
 */
export class Office {
  #client;
  #sessions;
  #channels;
  #token;
  #hooks;
  #isSwitching = false;
  #stopped = null;

  /** The SharedState of the sheet. */
  sheet = null;

  /** The Presence in its channel. */
  room;

  constructor({ id, name, zone, channels, token, ...hooks }) {
    Object.assign(this, { id, name, zone });
    this.#channels = channels;
    this.#token = token;
    this.#hooks = hooks;
    this.#sessions = ofTab(storage => new WebStorageSessionStore(`realtime.sheet.${id}`, storage)) ?? new MemorySessionStore();
    this.#client = new RealTimeClient({
      endpoint: "v1/ws", clientName: `funding-sheet-${id}/1`, sessionStore: this.#sessions,
      mutationStore: ofOrigin(() => new WebStorageMutationStore(`realtime.sheet.${id}`)) ?? new MemoryMutationStore(),
    });
    this.room = this.#client.presence(channels.sheet);
    this.room.on("changed", () => hooks.changed(null));
    this.#client.on("state", change => this.#entered(change));
    this.#client.on("welcome", () => hooks.changed(null));
    this.#client.on("error", error => { if (!error.channel && error.kind !== "closed") hooks.trouble(`${name}: ${error.message}`); });
  }

  /** connecting · live · loading · waiting · offline · stopped */
  get state() {
    if (this.#stopped) return "stopped";
    if (this.isOffline) return "offline";
    if (this.#client.state !== "connected") return this.#client.state === "connecting" || this.#client.state === "offline" ? "connecting" : "waiting";
    return this.sheet?.state === "live" ? "live" : "loading";
  }

  /** Why it is stopped: {reason, code}. */
  get stopped() { return this.#stopped; }

  /** Whether it was taken offline by hand. That outlives a reload of the page. */
  get isOffline() { return ofTab(storage => storage.getItem(this.#offlineName)) === "yes"; }

  /** Also before it is connected: the one that this tab had before it was loaded again. */
  get session() { return this.#client.connection?.sessionId ?? this.#sessions.load()?.id ?? null; }

  start() {
    this.#stopped = null;
    this.sheet = this.#client.sharedState(this.#channels.sheet);
    this.sheet.on("changed", changed => this.#hooks.changed(changed));
    this.sheet.on("state", () => this.#hooks.changed(null));
    this.sheet.on("outcome", outcome => this.#hooks.outcome(outcome));
    this.sheet.on("failed", ({ mutation, error }) => this.#hooks.failed(mutation, error));
    this.sheet.started.catch(error => { if (error.kind === "refused") this.#hooks.trouble(`${this.name} may not follow the sheet: ${error.message} (${error.code})`); });
    this.room.enter({ name: this.name }).catch(error => { if (error.kind === "refused") this.#hooks.trouble(`${this.name} may not be seen here: ${error.message} (${error.code})`); });
    const notices = this.#client.subscribe(this.#channels.notices, event => this.#hooks.noticed(event));
    notices.started.catch(error => { if (error.kind === "refused") this.#hooks.trouble(`${this.name} may not follow the notices: ${error.message} (${error.code})`); });
    if (!this.isOffline) this.#connect();
    this.#hooks.changed(null);
  }

  goOffline() {
    ofTab(storage => storage.setItem(this.#offlineName, "yes"));
    this.#client.goOffline();
    this.#hooks.changed(null);
  }

  comeBack() {
    ofTab(storage => storage.removeItem(this.#offlineName));
    // After a reload it was never connected.
    this.#connect();
    this.#client.goOnline();
    this.#hooks.changed(null);
  }

  /** Begins anew: with another token, or with a session of its own where another tab has taken this one. */
  async restart({ newSession = false } = {}) {
    this.#isSwitching = true;
    if (this.#client.state !== "closed") await this.#client.disconnect();
    this.#isSwitching = false;
    if (newSession) this.#sessions.clear();
    // What is closed begins anew when it is connected to.
    this.#connect();
    this.start();
    if (this.isOffline) this.#client.goOffline();
  }

  /** Publishes a notice; fulfilled with the receipt, when all who are online have confirmed it or five seconds are over. */
  ask(text) {
    return this.#client.publish(this.#channels.notices, "confirmation.asked", { from: this.name, text }, { confirm: "delivered", delivered: { timeoutMs: RECEIPT_WITHIN_MS, missing: true }, source: this.name });
  }

  get #offlineName() { return `realtime.sheet.${this.id}.offline`; }

  #connect() { this.#client.connect(this.#token.value ?? undefined).catch(() => { /* The state says it. */ }); }

  #entered({ state, reason, code }) {
    this.#stopped = state === "closed" && !this.#isSwitching ? { reason, code } : null;
    this.#hooks.changed(null);
  }
}

/** Does something with what lives as long as the tab; null where the browser forbids that. */
function ofTab(act) {
  try { return act(sessionStorage); } catch { return null; }
}

function ofOrigin(act) {
  try { return act(); } catch { return null; }
}
