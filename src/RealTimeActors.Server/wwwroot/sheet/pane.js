// The pane of one office: where it stands, who is there, the lines, what waits, what became of each edit, and what it is asked to confirm.

import { many } from "../format.js";
import { box, el, keyed, say } from "../explorer/dom.js";
import { askedText, LINES } from "./fields.js";
import { Line } from "./line.js";

const KEPT = 8;
const WHERE = { connecting: "Connecting…", live: "Live", loading: "Loading…", waiting: "Connection lost…", offline: "Offline", stopped: "Not connected" };

export class Pane {
  #office;
  #root;
  #lines = new Map();
  #told = [];
  #isScheduled = false;
  #isAsking = false;
  #count = 0;

  /** @param office May be given later by {@link show}: its hooks are this pane. */
  constructor(template) {
    this.#root = template.content.firstElementChild.cloneNode(true);
  }

  get element() { return this.#root; }

  of(office, { onAsk }) {
    this.#office = office;
    this.#root.dataset.office = office.id;
    const title = this.#find("h2");
    title.id = `office-${office.id}`;
    title.textContent = office.name;
    this.#root.setAttribute("aria-labelledby", title.id);
    this.#find(".outcomes").setAttribute("aria-label", `What became of the edits of ${office.name}`);
    this.#find(".switch").addEventListener("click", () => { if (office.state === "stopped") void office.restart({ newSession: true }); else if (office.isOffline) office.comeBack(); else office.goOffline(); });
    this.#find(".ask").addEventListener("click", () => void this.#ask(onAsk));
    this.#tick();
    setInterval(() => this.#tick(), 5_000);
  }

  /** Looks at everything again, once for whatever comes in one go. */
  schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#show();
    });
  }

  /** @param kind applied, merged, superseded, rejected, failed, rebased or asked */
  tell(kind, what, text = "", line = null) {
    this.#told.unshift({ id: ++this.#count, kind, what, text });
    this.#told.length = Math.min(this.#told.length, KEPT);
    if (line) this.#lines.get(line.key)?.tell(kind, text, line.operation, line.asked);
    this.schedule();
  }

  titleOf(key) { return this.#office.sheet.get(key)?.value.title ?? LINES[key]?.title ?? key; }

  #find(selector) { return this.#root.querySelector(selector); }

  #show() {
    const { sheet, state, stopped } = this.#office;
    if (!sheet) return;
    this.#root.dataset.state = state;
    this.#root.dataset.session = this.#office.session ?? "";
    say(this.#find(".where-text"), WHERE[state]);
    this.#find(".where").title = stopped ? `${stopped.reason} (${stopped.code})` : "";
    const button = this.#find(".switch");
    say(button, state === "stopped" ? "Open a session of its own" : this.#office.isOffline ? "Come back" : "Go offline");
    button.setAttribute("aria-pressed", String(this.#office.isOffline));
    this.#showThere(this.#office.room);
    this.#showQueue(sheet.pending);
    this.#showLines(sheet);
    this.#find(".ask").disabled = this.#isAsking || state !== "live";
    this.#find(":scope > .nothing").hidden = this.#told.length > 0;
    keyed(this.#find(".outcomes"), this.#told, ({ id }) => id, told => {
      const item = box("li", told.kind, el("strong", "kind", told.kind), el("span", "what", told.what));
      if (told.text) item.append(el("span", "why", told.text));
      item.dataset.kind = told.kind;
      return item;
    });
  }

  #showThere({ now, count, members }) {
    const there = this.#find(".there");
    there.hidden = count === null;
    there.classList.toggle("before", !now.isCurrent);
    there.dataset.count = count ?? "";
    say(there.firstElementChild, `${count} ${now.isCurrent ? "there" : "were there"}`);
    // The same page in another tab is there as well.
    const names = new Map();
    for (const name of (members ?? []).map(({ state }) => String(state?.name ?? "somebody")).sort()) names.set(name, (names.get(name) ?? 0) + 1);
    say(there.lastElementChild, [...names].map(([name, times]) => times > 1 ? `${name} ×${times}` : name).join(", "));
  }

  #showQueue(pending) {
    const queue = this.#find(".queue");
    const isWaiting = pending.length > 0 && this.#office.state !== "live";
    queue.hidden = !isWaiting;
    this.#root.dataset.pending = pending.length;
    if (!isWaiting) return;
    const left = pending.filter(({ wasLeft }) => wasLeft).length;
    say(queue, `${many(pending.length, "edit")} wait${pending.length === 1 ? "s" : ""} here${left ? `, ${left} from before the reload` : ""}: ${pending.map(({ key, operation, value }) => `${this.titleOf(key)}: ${askedText(operation, value)}`).join(" · ")}`);
  }

  #showLines(sheet) {
    const keys = [...new Set([...sheet.keys, ...sheet.pending.map(({ key }) => key)])].sort();
    const lines = this.#find(".lines");
    for (const [key, line] of this.#lines) {
      if (keys.includes(key)) continue;
      line.element.remove();
      this.#lines.delete(key);
    }
    keys.forEach((key, i) => {
      let line = this.#lines.get(key);
      if (!line) this.#lines.set(key, line = new Line(this.#office, key));
      if (lines.children[i] !== line.element) lines.insertBefore(line.element, lines.children[i] ?? null);
      line.show();
    });
    lines.classList.toggle("unknown", keys.length === 0);
    if (keys.length === 0) lines.dataset.said = sheet.isLoaded ? "No lines." : this.#office.isOffline ? "A fresh page has no sheet: it comes with the connection." : "The sheet is on its way.";
  }

  async #ask(onAsk) {
    this.#isAsking = true;
    const receipt = this.#find(".receipt");
    receipt.className = "receipt";
    say(receipt, "Waiting for everybody…");
    delete receipt.dataset.acked;
    this.schedule();
    const { kind, text, acked, of } = await onAsk();
    receipt.className = `receipt ${kind}`;
    Object.assign(receipt.dataset, { acked, of });
    say(receipt, text);
    this.#isAsking = false;
    this.schedule();
  }

  #tick() {
    const time = new Intl.DateTimeFormat("en-GB", { timeZone: this.#office.zone, hour: "2-digit", minute: "2-digit" }).format(new Date());
    say(this.#find(".clock"), `${time} local`);
  }
}
