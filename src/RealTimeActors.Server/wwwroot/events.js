// The list of events: the newest at the top, what was replayed at its place and marked, never more rows than a person would read.

import { clock, many } from "./format.js";

const ROWS_MAX = 160;

export class EventList {
  #list;
  #count;
  #pause;
  #events = []; // the newest first
  #rows = new Map();
  #seen = 0;
  #isPaused = false;

  constructor({ list, count, pause }) {
    this.#list = list;
    this.#count = count;
    this.#pause = pause;
    pause.addEventListener("click", () => {
      this.#isPaused = !this.#isPaused;
      pause.setAttribute("aria-pressed", String(this.#isPaused));
      pause.textContent = this.#isPaused ? "Go on" : "Pause";
      this.draw();
    });
  }

  add(items) {
    this.#seen += items.length;
    for (const { event, kind, life } of items) {
      const item = { key: `${event.channel}/${life}/${event.offset}`, at: event.time.getTime(), event, kind, life };
      let i = 0;
      while (i < this.#events.length && isNewer(this.#events[i], item)) i++;
      if (this.#events[i]?.key !== item.key) this.#events.splice(i, 0, item);
    }
    this.#events.length = Math.min(this.#events.length, ROWS_MAX);
  }

  draw() {
    this.#count.textContent = this.#isPaused ? "paused; events go on arriving" : `newest first, ${many(this.#seen, "event")} so far`;
    if (this.#isPaused) return;

    const keep = new Set(this.#events.map(item => item.key));
    for (const [key, row] of this.#rows) {
      if (keep.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    let next = this.#list.firstElementChild;
    for (const item of this.#events) {
      let row = this.#rows.get(item.key);
      if (!row) this.#rows.set(item.key, row = makeRow(item));
      if (row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
  }
}

// By time; where two channels have the same, by name, and within a channel always by position.
function isNewer(one, other) {
  if (one.event.channel === other.event.channel) return one.life !== other.life ? one.life > other.life : one.event.offset > other.event.offset;
  return one.at !== other.at ? one.at > other.at : one.event.channel < other.event.channel;
}

function makeRow({ at, event, kind }) {
  const row = document.createElement("li");
  row.className = kind;
  row.dataset.channel = event.channel;
  row.dataset.offset = event.offset;
  row.dataset.kind = kind;
  row.append(
    part("time", "when", clock(at)),
    part("span", "channel", event.channel),
    part("span", "offset", `#${event.offset}`),
    part("span", "kind", kind === "live" ? "" : kind));
  row.append(dataOf(event.data));
  return row;
}

function dataOf(data) {
  const element = part("span", "data", "");
  element.title = JSON.stringify(data, null, 2);
  if (data === null || typeof data !== "object") {
    element.textContent = JSON.stringify(data);
    return element;
  }
  for (const [name, value] of Object.entries(data)) {
    element.append(part("span", "name", name), ` ${Array.isArray(value) ? value.join(" ") : value}  `);
  }
  return element;
}

function part(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
