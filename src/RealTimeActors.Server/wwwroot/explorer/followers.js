// Who follows the channel, and how far each of them has come.

import { $, ago, keyed, number, row, say } from "./dom.js";
import { Poll } from "./poll.js";

const PAGE = 50;
export const STATES = { live: "live", catchingUp: "catching up", away: "away" };

export class Followers {
  #poll;
  #channel = null;
  #pages = [null];

  /**
   * @param ownSession Answers the session of this page.
   * @param bounds Is told epoch, first and head with every answer.
   */
  constructor({ api, ownSession, bounds }) {
    this.#poll = new Poll({
      everyMs: 1_000,
      ask: signal => api.get(`v1/channels/${encodeURIComponent(this.#channel)}/subscriptions`, { limit: PAGE, after: this.#pages.at(-1) }, signal),
      show: page => {
        this.#show(page, ownSession());
        bounds(page);
      },
      fail: problem => say($("followers-said"), problem.text),
    });
    $("followers-more").addEventListener("click", () => this.#turnTo([...this.#pages, $("followers-more").dataset.next]));
    $("followers-back").addEventListener("click", () => this.#turnTo(this.#pages.slice(0, -1)));
  }

  of(channel) {
    this.#channel = channel;
    this.#pages = [null];
    $("followers").replaceChildren();
    say($("followers-said"), "");
    if (channel === null) this.#poll.stop();
    else this.#poll.start();
  }

  #turnTo(pages) {
    this.#pages = pages;
    this.#poll.start();
  }

  #show({ items, head, next }, own) {
    const lagging = items.filter(({ lag }) => lag > 0).length;
    const live = items.filter(({ state }) => state !== "away").length;
    say($("followers-said"), items.length === 0 ? "nobody" : `${live} connected, ${items.length - live} away${lagging ? `, ${lagging} behind` : ""}`);
    $("followers-back").hidden = this.#pages.length === 1;
    $("followers-more").hidden = next === null;
    $("followers-more").dataset.next = next ?? "";
    $("followers-table").hidden = items.length === 0;
    const most = Math.max(1, ...items.map(({ lag }) => lag ?? 0));
    keyed($("followers"), items, ({ session }) => session, makeRow, (line, follower) => fill(line, follower, { own, head, most }));
  }
}

function makeRow({ session }) {
  const line = row(["mono", "", "", "number mono", "number mono", "number mono lag", ""]);
  const link = document.createElement("a");
  link.href = `#/sessions/${encodeURIComponent(session)}`;
  link.textContent = session;
  link.title = session;
  line.cells[0].append(link);
  const state = document.createElement("span");
  state.className = "state";
  line.cells[2].append(state);
  const bar = document.createElement("span");
  bar.className = "bar-of-lag";
  const text = document.createElement("span");
  line.cells[5].append(bar, text);
  return line;
}

function fill(line, follower, { own, most }) {
  const { session, user, state, position, ahead, sent, lag, lastSeen, remote } = follower;
  Object.assign(line.dataset, { session, state, position, lag });
  line.classList.toggle("own", session === own);
  say(line.cells[1], session === own ? `${user ? `${user}, ` : ""}this page` : user ?? "–");
  line.cells[1].title = remote ?? "";
  const badge = line.cells[2].firstElementChild;
  badge.className = `state ${state}`;
  say(badge, STATES[state] ?? state);
  say(line.cells[3], number(position));
  line.cells[3].title = ahead.length ? `and ahead of it ${ahead.map(([from, to]) => `${from}–${to}`).join(", ")}` : "";
  say(line.cells[4], number(sent));
  const [bar, text] = line.cells[5].children;
  bar.style.transform = `scaleX(${(lag ?? 0) / most})`;
  say(text, number(lag));
  line.cells[5].classList.toggle("behind", lag > 0);
  say(line.cells[6], state === "away" ? ago(lastSeen) : "now");
}
