// The nodes of the cluster and the shards on each of them. Nothing of it is shown where the server is alone.

import { $, box, el, keyed, number, row, say } from "./dom.js";
import { Poll } from "./poll.js";

const NEW_MS = 6_000;
const MOVES_SHOWN = 8;
const NOBODY = "";
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export class Cluster {
  #poll;
  #isOpen = false;
  #onPresence;
  /** By shard: the greatest epoch that was seen and who had it. Behind a load balancer now this node answers and now that one, and one may know less. */
  #known = new Map();
  #moves = [];
  #hasLooked = false;

  /** @param onPresence Is told whether there is a cluster. */
  constructor({ api, onPresence }) {
    this.#onPresence = onPresence;
    this.#poll = new Poll({
      everyMs: 1_000,
      ask: signal => api.get("v1/cluster", {}, signal),
      show: answer => this.#show(answer),
      fail: problem => this.#failed(problem),
    });
  }

  /** Finds out whether there is one, and goes on looking while it is shown. */
  start() { this.#poll.start(); }

  open() {
    this.#isOpen = true;
    this.#poll.start();
  }

  rest() {
    this.#isOpen = false;
    if (this.#hasLooked) this.#poll.stop();
  }

  #failed(problem) {
    say($("cluster-said"), problem.text);
    if (problem.status !== 401 && problem.status !== 403) return;
    // Who may not look is not shown that there is something to look at, nor what another token has shown.
    this.#onPresence(false);
    this.#known.clear();
    this.#moves = [];
    $("cluster-place").classList.add("unknown");
  }

  #show(answer) {
    this.#hasLooked = true;
    this.#onPresence(!answer.alone);
    if (answer.alone) {
      // A server does not become a cluster while it runs.
      this.#poll.stop();
      say($("cluster-said"), "This server is alone: there are no other nodes.");
      return;
    }
    if (!this.#isOpen) {
      this.#poll.stop();
      return;
    }
    $("cluster-place").classList.remove("unknown");
    const shards = answer.shards.map(shard => this.#newest(shard));
    this.#showNodes(answer, shards);
    this.#showShards(answer.nodes, shards);
    this.#showMoves();
  }

  /** What is known of a shard, with since when it is where it is. */
  #newest({ shard, node, epoch, free, moving, ...counted }) {
    const known = this.#known.get(shard);
    if (known && (epoch === null || epoch < known.epoch)) return { shard, ...known, free: false, moving: false, head: null, lag: null };
    if (!known || known.epoch !== epoch) {
      const hasMoved = Boolean(known?.node) && node !== known.node;
      if (hasMoved) {
        this.#moves.unshift({ key: `${shard} ${epoch}`, shard, from: known.node, to: node });
        this.#moves.length = Math.min(this.#moves.length, MOVES_SHOWN);
      }
      this.#known.set(shard, { node, epoch, since: hasMoved ? Date.now() : known?.since ?? 0, from: hasMoved ? known.node : known?.from ?? null });
    }
    return { shard, ...this.#known.get(shard), ...counted, free, moving };
  }

  #showNodes({ node: self, nodes, view }, shards) {
    const free = shards.filter(shard => shard.free).length;
    const moving = shards.filter(shard => shard.moving).length;
    say($("cluster-said"), `${nodes.length} nodes · ${shards.length} shards, ${free ? `${free} without an owner` : "each with an owner"}${moving ? `, ${moving} moving` : ""} · view ${view}, as ${self} sees it`);
    $("cluster-said").classList.toggle("behind", free > 0);
    keyed($("apart"), nodes.filter(({ apart }) => apart), ({ node }) => node, () => el("li"), (item, { node, apart }) => say(item, `${node} is apart: ${apart}.`));
    keyed($("nodes"), nodes, ({ node, incarnation }) => `${node}#${incarnation}`, makeNode, (line, node) => fillNode(line, node, { self, shards }));
  }

  #showShards(nodes, shards) {
    const cores = nodes.filter(({ roles }) => roles.includes("core")).map(({ node }) => node);
    const homeless = shards.filter(({ node, free }) => free || !cores.includes(node));
    const groups = cores.map(node => ({ node, shards: shards.filter(shard => shard.node === node && !shard.free) }));
    if (homeless.length > 0) groups.push({ node: NOBODY, shards: homeless });
    keyed($("shards"), groups, ({ node }) => node, makeGroup, (group, { node, shards: its }) => {
      say(group.children[0].children[0], node === NOBODY ? "nobody" : node);
      const words = [`${its.length} ${its.length === 1 ? "shard" : "shards"}`];
      if (its.some(({ channels }) => isKnown(channels))) words.push(`${number(sum(its, "channels"))} channels and ${number(sum(its, "sessions"))} sessions in memory`, `${number(sum(its, "waiting"))} messages wait`);
      say(group.children[0].children[1], words.join(" · "));
      keyed(group.children[1], its, ({ shard }) => shard, makeShard, fillShard);
    });
  }

  #showMoves() {
    $("moves-title").hidden = this.#moves.length === 0;
    keyed($("moves"), this.#moves, ({ key }) => key, ({ shard, from, to }) => el("li", "mono", `shard ${shard}: ${from} → ${to}`));
  }
}

function makeNode({ node, incarnation }) {
  const line = row(["mono", "", "", "number mono lag", "number mono", "number mono", "number mono", "number mono", "number mono", "", "mono"]);
  line.cells[0].textContent = node;
  line.cells[0].title = `life ${incarnation}`;
  line.cells[2].append(el("span", "state"));
  line.cells[3].append(el("span", "bar-of-lag"), el("span"));
  return line;
}

function fillNode(line, { node, roles, load, draining, apart, linked, silentInMs, address, connections, behind }, { self, shards }) {
  const isSilent = silentInMs <= 0;
  const its = shards.filter(shard => shard.node === node && !shard.free);
  const [isCore, isEdge] = [roles.includes("core"), roles.includes("edge")];
  const lag = isCore ? sum(its, "lag") : null;
  line.dataset.node = node;
  line.dataset.shards = its.length;
  line.classList.toggle("own", node === self);
  say(line.cells[1], roles.join(", "));
  const state = isSilent ? ["silent", "lost"] : apart ? ["apart", "lost"] : draining ? ["drained", "catchingUp"] : linked ? [node === self ? "answers" : "linked", "live"] : ["no link", "catchingUp"];
  const badge = line.cells[2].firstElementChild;
  badge.className = `state ${state[1]}`;
  badge.title = apart ?? "";
  say(badge, state[0]);
  const [bar, text] = line.cells[3].children;
  bar.style.transform = `scaleX(${Math.min(1, load ?? 0)})`;
  say(text, load === null ? "–" : `${Math.round(load * 100)} %`);
  say(line.cells[4], isEdge ? number(connections) : "–");
  say(line.cells[5], isEdge ? number(behind) : "–");
  line.cells[5].classList.toggle("behind", isEdge && behind > 0);
  say(line.cells[6], isCore ? number(its.length) : "–");
  say(line.cells[7], isCore ? number(sum(its, "head")) : "–");
  say(line.cells[8], number(lag));
  line.cells[8].classList.toggle("behind", lag > 0);
  say(line.cells[9], isSilent ? "none" : `counts ${(silentInMs / 1_000).toFixed(1)} s more`);
  say(line.cells[10], address);
}

/** Null: nothing of it is known. */
function sum(shards, name) {
  const known = shards.map(shard => shard[name]).filter(isKnown);
  return known.length === 0 && shards.length > 0 ? null : known.reduce((all, one) => all + one, 0);
}

function isKnown(value) { return value !== null && value !== undefined; }

function makeGroup() {
  const tiles = el("ul", "tiles");
  return box("div", "group", box("p", "", el("strong", "mono"), el("span", "muted")), tiles);
}

function makeShard({ shard }) { return box("li", "", el("b", "", shard), el("span")); }

function fillShard(tile, { shard, node, epoch, free, moving, since, from, head, lag, channels, sessions, waiting }) {
  const isNew = Date.now() - since < NEW_MS;
  tile.className = free ? "free" : moving ? "moving" : isNew ? "new" : lag > 0 ? "lagging" : "";
  say(tile.children[1], isKnown(head) ? short.format(head) : "–");
  const counted = isKnown(head) ? `\nhead ${number(head)}, lag ${number(lag)}\n${number(channels)} channels and ${number(sessions)} sessions in memory, ${number(waiting)} messages wait` : "";
  tile.title = `shard ${shard}: ${free ? "nobody has it" : node}, epoch ${epoch ?? "–"}${moving ? ", being handed over" : isNew ? `, came from ${from}` : ""}${counted}`;
}
