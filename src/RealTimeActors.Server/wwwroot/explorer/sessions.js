// The sessions of the server, one of them with what it follows, and how to end it.

import { $, ago, box, el, keyed, number, row, say } from "./dom.js";
import { STATES } from "./followers.js";
import { Poll } from "./poll.js";

const PAGE = 50;

export class Sessions {
  #api;
  #list;
  #one;
  #chosen = null;
  #pages = [null];
  #next = null;
  #ownSession;

  constructor({ api, ownSession, trouble }) {
    this.#api = api;
    this.#ownSession = ownSession;
    this.#list = new Poll({
      everyMs: 2_000,
      ask: signal => api.get("v1/sessions", { user: $("user").value.trim(), after: this.#pages.at(-1), limit: PAGE }, signal),
      show: page => this.#showList(page),
      fail: problem => say($("sessions-said"), problem.text),
    });
    this.#one = new Poll({
      everyMs: 1_000,
      ask: signal => api.get(`v1/sessions/${encodeURIComponent(this.#chosen)}`, {}, signal),
      show: session => this.#showOne(session),
      fail: problem => this.#oneFailed(problem),
    });
    $("user").addEventListener("input", () => this.#turnTo([null]));
    $("users").addEventListener("submit", submitted => submitted.preventDefault());
    $("sessions-more").addEventListener("click", () => this.#turnTo([...this.#pages, this.#next]));
    $("sessions-back").addEventListener("click", () => this.#turnTo(this.#pages.slice(0, -1)));
    $("end-session").addEventListener("click", () => this.#askToEnd());
    $("ask").addEventListener("close", () => { if ($("ask").returnValue === "end") void this.#end(trouble); });
  }

  /** @param id The session to show; null: none of them. */
  open(id) {
    this.#list.start();
    if (id === this.#chosen && id !== null) {
      this.#one.start();
      return;
    }
    this.#chosen = id;
    $("session").hidden = id === null;
    $("no-session").hidden = id !== null;
    for (const line of $("sessions").rows) mark(line, id);
    if (id === null) {
      this.#one.stop();
      return;
    }
    say($("session-id"), id);
    say($("session-said"), "");
    $("session-facts").replaceChildren();
    $("subscriptions").replaceChildren();
    $("end-session").disabled = true;
    this.#one.start();
  }

  rest() {
    this.#list.stop();
    this.#one.stop();
  }

  #turnTo(pages) {
    this.#pages = pages;
    this.#list.start();
  }

  #showList({ items, next }) {
    this.#next = next;
    const connected = items.filter(({ connection }) => connection !== null).length;
    say($("sessions-said"), items.length > 0 ? `${connected} connected, ${items.length - connected} away${next || this.#pages.length > 1 ? ", on this page" : ""}` : $("user").value.trim() ? "Nobody of this name has a session." : "There are no sessions.");
    $("sessions-back").disabled = this.#pages.length === 1;
    $("sessions-more").disabled = next === null;
    $("sessions-pages").hidden = this.#pages.length === 1 && next === null;
    keyed($("sessions"), items, ({ session }) => session, makeRow, (line, session) => {
      const { connection, client, format, remote, subscriptions, lastSeen, user } = session;
      line.dataset.session = session.session;
      mark(line, this.#chosen);
      line.classList.toggle("own", session.session === this.#ownSession());
      say(line.cells[1], session.session === this.#ownSession() ? `${user ? `${user}, ` : ""}this page` : user ?? "–");
      const badge = line.cells[2].firstElementChild;
      badge.className = `state ${connection === null ? "away" : "live"}`;
      say(badge, connection === null ? "away" : "connected");
      say(line.cells[3], [client, format].filter(Boolean).join(" · ") || "–");
      say(line.cells[4], remote ?? "–");
      say(line.cells[5], number(subscriptions));
      say(line.cells[6], connection === null ? ago(lastSeen) : "now");
    });
  }

  #showOne(session) {
    const { user, connection, remote, transport, format, client, connectedSince, lastSeen, expires, journaled, subscriptions } = session;
    say($("session-said"), session.session === this.#ownSession() ? "This is the session of this page." : "");
    $("end-session").disabled = false;
    const facts = [
      ["User", user ?? "nobody was asked"],
      ["Connection", connection ?? "away"],
      ["Client", [client, transport, format].filter(Boolean).join(" · ") || "–"],
      ["From", remote ?? "–"],
      connection ? ["Connected", ago(connectedSince)] : ["Last seen", ago(lastSeen)],
      ["Ends", expires === null ? "not while it is connected" : `${new Date(expires).toLocaleString()}, if nobody comes`],
      ["On disk", journaled ? "yes" : "no"],
    ];
    keyed($("session-facts"), facts, ([name]) => name, ([name]) => box("div", "", el("dt", "", name), el("dd", "mono", "")), (line, [, value]) => say(line.lastElementChild, value));
    $("subscriptions-table").hidden = subscriptions.length === 0;
    say($("subscriptions-said"), subscriptions.length === 0 ? "It follows nothing." : "");
    keyed($("subscriptions"), subscriptions, ({ channel }) => channel, makeSubscription, (line, subscription) => {
      const { state, position, head, lag, ack, order, overflow, priority } = subscription;
      line.dataset.channel = subscription.channel;
      const badge = line.cells[1].firstElementChild;
      badge.className = `state ${state}`;
      say(badge, STATES[state] ?? state);
      say(line.cells[2], number(position));
      say(line.cells[3], number(head));
      say(line.cells[4], number(lag));
      line.cells[4].classList.toggle("behind", lag > 0);
      say(line.cells[5], `ack ${ack} · ${order} · ${overflow} · from ${priority} on`);
      line.cells[5].title = line.cells[5].textContent;
    });
  }

  #oneFailed(problem) {
    say($("session-said"), problem.status === 404 ? "This session has ended." : problem.text);
    if (problem.status !== 404) return;
    this.#one.stop();
    $("end-session").disabled = true;
    $("session-facts").replaceChildren();
    $("subscriptions").replaceChildren();
    $("subscriptions-table").hidden = true;
  }

  #askToEnd() {
    const isOwn = this.#chosen === this.#ownSession();
    say($("ask-text"), `${this.#chosen} forgets what it follows and where it is. ${isOwn ? "It is the session of this page, which begins another one." : "Its connection is closed; whoever comes back begins anew."}`);
    $("ask").returnValue = "";
    $("ask").showModal();
  }

  async #end(trouble) {
    try {
      await this.#api.delete(`v1/sessions/${encodeURIComponent(this.#chosen)}`);
    } catch (problem) {
      if (problem.status !== 404) trouble(`The session could not be ended: ${problem.text}`);
    }
    this.#one.start();
    this.#list.start();
  }
}

function makeRow({ session }) {
  const line = row(["mono", "", "", "", "mono", "number mono", ""]);
  const link = document.createElement("a");
  link.href = `#/sessions/${encodeURIComponent(session)}`;
  link.textContent = session;
  link.title = session;
  line.cells[0].append(link);
  line.cells[2].append(el("span", "state"));
  return line;
}

function makeSubscription({ channel }) {
  const line = row(["mono", "", "number mono", "number mono", "number mono", "muted"]);
  const link = document.createElement("a");
  link.href = `#/channels/${encodeURIComponent(channel)}`;
  link.textContent = channel;
  link.title = channel;
  line.cells[0].append(link);
  line.cells[1].append(el("span", "state"));
  return line;
}

function mark(line, chosen) { line.classList.toggle("chosen", line.dataset.key === chosen); }
