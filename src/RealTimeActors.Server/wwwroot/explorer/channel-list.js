// The channels of the server, page by page, with what happens in them.

import { $, box, el, keyed, number, say } from "./dom.js";
import { Poll } from "./poll.js";

const PAGE = 40;

export class ChannelList {
  #poll;
  #rates = new Rates();
  #pages = [null];
  #chosen = null;
  #next = null;

  /** @param open Is told the channel that a person has named. */
  constructor({ api, open }) {
    this.#poll = new Poll({
      everyMs: 1_000,
      ask: signal => api.get("v1/channels", { prefix: this.#prefix, after: this.#pages.at(-1), limit: PAGE }, signal),
      show: page => this.#show(page),
      fail: problem => this.#failed(problem),
    });
    $("filter").addEventListener("input", () => this.#turnTo([null]));
    $("find").addEventListener("submit", submitted => {
      submitted.preventDefault();
      if (this.#prefix !== "") open(this.#prefix);
    });
    $("channels-more").addEventListener("click", () => this.#turnTo([...this.#pages, this.#next]));
    $("channels-back").addEventListener("click", () => this.#turnTo(this.#pages.slice(0, -1)));
    $("channels").addEventListener("keydown", pressed => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[pressed.key];
      const target = step && document.activeElement.closest("li")?.[step]?.firstElementChild;
      if (!target) return;
      pressed.preventDefault();
      target.focus();
    });
  }

  start() { this.#poll.start(); }

  stop() { this.#poll.stop(); }

  choose(channel) {
    this.#chosen = channel;
    for (const item of $("channels").children) mark(item, channel);
  }

  get #prefix() { return $("filter").value.trim(); }

  #turnTo(pages) {
    this.#pages = pages;
    this.#poll.start();
  }

  #show({ items, next }) {
    this.#next = next;
    this.#rates.look(items);
    say($("channels-said"), items.length > 0 ? "" : this.#prefix ? "No channel begins like that. Enter opens it all the same." : "There are no channels yet. Name one and press Enter.");
    $("channels-back").disabled = this.#pages.length === 1;
    $("channels-more").disabled = next === null;
    $("channels-pages").hidden = this.#pages.length === 1 && next === null;
    keyed($("channels"), items, ({ channel }) => channel, makeItem, (item, channel) => {
      const [name, head, followers, rate] = item.firstElementChild.children;
      say(name, channel.channel);
      say(head, channel.head === null ? "?" : number(channel.head));
      say(followers, `${number(channel.subscribers)} following`);
      const perSecond = this.#rates.of(channel.channel);
      say(rate, perSecond === null || perSecond < 0.05 ? "quiet" : `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`);
      rate.classList.toggle("moves", perSecond >= 0.05);
      Object.assign(item.dataset, { channel: channel.channel, head: channel.head, subscribers: channel.subscribers });
      mark(item, this.#chosen);
    });
  }

  #failed(problem) {
    const isForbidden = problem.status === 403;
    say($("channels-said"), isForbidden ? `You may not list channels: ${problem.text} Name one and press Enter to open it.` : problem.text);
    // A name is being typed, or the token has gone: what was shown is not what was asked for. A server that is away keeps its list.
    if (problem.status !== 0) $("channels").replaceChildren();
  }
}

function makeItem({ channel, durable }) {
  const link = box("a", "", el("span", "name", channel), el("span", "head mono", ""), el("span", "followers", ""), el("span", "rate", ""));
  link.href = `#/channels/${encodeURIComponent(channel)}`;
  link.title = durable ? channel : `${channel} (ephemeral)`;
  link.classList.toggle("ephemeral", !durable);
  return box("li", "", link);
}

function mark(item, chosen) {
  if (item.dataset.key === chosen) item.firstElementChild.setAttribute("aria-current", "true");
  else item.firstElementChild.removeAttribute("aria-current");
}

/** Events per second, from heads that were seen one after the other. */
class Rates {
  #seen = new Map();

  look(items) {
    const now = performance.now();
    const seen = new Map();
    for (const { channel, epoch, head } of items) {
      const before = this.#seen.get(channel);
      if (head === null) continue;
      const isOn = before && before.epoch === epoch && now > before.at && head >= before.head;
      const perSecond = isOn ? 1_000 * (head - before.head) / (now - before.at) : null;
      const share = isOn ? Math.min(1, (now - before.at) / 4_000) : 1;
      seen.set(channel, { epoch, head, at: now, rate: perSecond === null ? null : before.rate === null ? perSecond : before.rate + share * (perSecond - before.rate) });
    }
    this.#seen = seen;
  }

  of(channel) { return this.#seen.get(channel)?.rate ?? null; }
}
