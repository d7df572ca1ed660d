// The log of the sheet, as anybody may read it: each edit with its offset, who won by which rule, and the hash that the next one is built on.

import { MemorySessionStore, RealTimeClient } from "../client/index.js";
import { $, el, keyed, row, say } from "../explorer/dom.js";
import { askedText, FIELDS, fieldsOf, LINES } from "./fields.js";

const ROWS_MAX = 60;

export class Log {
  #client = null;
  #channel;
  #token;
  #trouble;
  #officeOf;
  #events = []; // the newest first
  #isScheduled = false;
  #epoch = null;

  /** @param officeOf Answers the name of the office of a session; undefined: it is none of this page. */
  constructor({ channel, token, officeOf, trouble }) {
    this.#channel = channel;
    this.#token = token;
    this.#officeOf = officeOf;
    this.#trouble = trouble;
    $("log-link").href = `explorer.html#/channels/${encodeURIComponent(channel)}`;
  }

  start() {
    this.#client = new RealTimeClient({ endpoint: "v1/ws", clientName: "funding-sheet-log/1", sessionStore: new MemorySessionStore() });
    // Whoever only looks keeps no place in it, and is no receiver that anybody waits for.
    const followed = this.#client.subscribe(this.#channel, event => this.#add(event), { from: { last: ROWS_MAX }, ack: "none", order: "offset" });
    followed.started.catch(error => { if (error.kind === "refused") this.#trouble(`The log may not be read: ${error.message} (${error.code})`); });
    this.#client.connect(this.#token.value ?? undefined).catch(() => { /* The offices say it. */ });
  }

  async restart() {
    if (this.#client.state !== "closed") await this.#client.disconnect();
    this.#events = [];
    this.start();
  }

  /** Looks again: a session has become known. */
  schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  #add(event) {
    if (event.epoch !== this.#epoch) this.#events = [];
    this.#epoch = event.epoch;
    this.#events.unshift(event);
    this.#events.length = Math.min(this.#events.length, ROWS_MAX);
    this.schedule();
  }

  #draw() {
    const head = this.#events[0]?.offset ?? 0;
    say($("log-said"), head === 0 ? "newest first" : `newest first, ${head.toLocaleString("en-US")} in epoch ${this.#epoch}`);
    $("no-log").hidden = this.#events.length > 0;
    keyed($("log"), this.#events, ({ epoch, offset }) => `${epoch}/${offset}`, event => this.#makeRow(event), (line, event) => {
      say(line.cells[1], this.#officeOf(event.metadata.sessionId) ?? event.metadata.userId ?? "elsewhere");
    });
  }

  #makeRow(event) {
    const line = row(["number mono", "", "", "decided", "mono hash"]);
    const { key, type, data, hash, offset } = event;
    line.dataset.offset = offset;
    line.cells[0].textContent = offset;
    if (type !== "$state") {
      line.cells[2].textContent = type;
      return line;
    }
    const { operation, value, result } = data;
    line.dataset.result = result;
    line.cells[2].textContent = `${LINES[key]?.title ?? key}: ${askedText(operation, value)}`;
    line.cells[3].append(el("span", `badge ${result}`, result), el("span", "muted", decidedText(data)));
    line.cells[4].textContent = hash ? `${hash.slice(0, 12)}…` : "–";
    line.cells[4].title = hash ?? "";
    return line;
  }
}

/** By which rules, and where what was there before has stayed. */
function decidedText({ operation, value, by = {}, kept, version }) {
  const labels = paths => paths.map(path => FIELDS[path]?.label ?? path).join(", ");
  // What the log does not say was decided by the default.
  const paths = operation === "set" || operation === "delete" ? [] : fieldsOf(operation, value);
  const rules = [...new Set(paths.map(path => by[path] ?? FIELDS[path]?.inForce).filter(Boolean))];
  return [`v${version}`, ...(rules.length ? [rules.join(", ")] : []), ...(kept?.length ? [`kept: ${labels(kept)}`] : [])].join(" · ");
}
