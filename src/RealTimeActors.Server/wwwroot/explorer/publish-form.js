// Publishing by hand. It goes over HTTP: so it works while this page's own connection is cut.

import { clock, duration } from "../format.js";
import { $, box, el, say } from "./dom.js";

const KEPT = 5;
const RETRIED = new Set(["same", "backoff"]);

export class PublishForm {
  #api;
  #channel = null;
  #pending = null; // What may have happened and is not known: a repeat uses the same key.

  constructor({ api }) {
    this.#api = api;
    $("publish-data").addEventListener("input", () => this.#check());
    $("publish-data").addEventListener("keydown", pressed => {
      if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey)) $("publish").requestSubmit();
    });
    $("publish").addEventListener("submit", submitted => {
      submitted.preventDefault();
      void this.#publish();
    });
    this.#check();
  }

  to(channel) {
    this.#channel = channel;
    say($("publish-channel"), channel);
    $("published").replaceChildren();
  }

  /** Answers the data as it was typed; null when it is no JSON. */
  #check() {
    const text = $("publish-data").value;
    let wrong = "";
    try { JSON.parse(text); } catch (fault) { wrong = text.trim() === "" ? "A JSON value is expected; there is none." : fault.message; }
    $("publish-data").setAttribute("aria-invalid", String(wrong !== ""));
    $("publish-check").classList.toggle("wrong", wrong !== "");
    say($("publish-check"), wrong || `JSON, ${new TextEncoder().encode(text).length.toLocaleString("en-US")} bytes`);
    $("publish-button").disabled = wrong !== "";
    return wrong ? null : text;
  }

  async #publish() {
    const data = this.#check();
    const type = $("publish-type").value.trim();
    if (data === null || $("publish-button").disabled) return;
    if (type === "") {
      this.#tell("bad", "A type is expected; the field is empty.");
      $("publish-type").focus();
      return;
    }
    const [channel, confirm, key] = [this.#channel, $("publish-confirm").value, $("publish-key").value];
    const said = { type, ...(key !== "" && { key }), priority: $("publish-priority").value };
    // The data goes as it was typed: 1.50 stays 1.50.
    const body = `${JSON.stringify(said).slice(0, -1)},"data":${data}}`;
    const idempotencyKey = this.#pending?.body === body && this.#pending.channel === channel ? this.#pending.key : newKey();
    this.#pending = { channel, body, key: idempotencyKey };
    $("publish-button").disabled = true;
    const began = performance.now();
    try {
      const receipt = await this.#api.publish(channel, body, { confirm, idempotencyKey });
      this.#pending = null;
      if (channel === this.#channel) this.#receipt(receipt, performance.now() - began);
    } catch (problem) {
      if (problem.status !== 0 && !RETRIED.has(problem.retry)) this.#pending = null;
      const isOpen = this.#pending !== null;
      if (channel === this.#channel) this.#tell("bad", `${problem.text}${isOpen ? " Publish again: it uses the same key, and is in the log once at most." : ""}`, problem.code);
    }
    $("publish-button").disabled = false;
    this.#check();
  }

  #receipt(receipt, tookMs) {
    if (receipt === null) {
      this.#tell("good", "Sent; no receipt was asked for.");
      return;
    }
    const { status, epoch, offset, hash, duplicate, delivered } = receipt;
    const words = [status, ...(delivered ? [`acked by ${delivered.acked} of ${delivered.of}`] : []), ...(duplicate ? ["was there already"] : []), `in ${duration(tookMs)}`];
    const entry = this.#tell(status === "unknown" ? "bad" : "good", words.join(", "));
    if (offset) entry.append(el("span", "mono", `${epoch}-${offset}`));
    if (hash) {
      const shown = el("span", "mono hash", hash);
      shown.title = hash;
      entry.append(shown);
    }
    Object.assign(entry.dataset, { status, offset });
  }

  #tell(kind, text, code) {
    const entry = box("li", kind, el("time", "muted", clock(Date.now()).slice(0, 8)), el("span", "words", text));
    if (code) entry.dataset.code = code;
    $("published").prepend(entry);
    while ($("published").children.length > KEPT) $("published").lastElementChild.remove();
    return entry;
  }
}

// crypto.randomUUID is only there where the page came encrypted, or from this machine.
function newKey() { return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join(""); }
