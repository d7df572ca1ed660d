import type { ClientFrame, Mutate, ServerBodies, ServerFrame, Subscribe, Subscribed } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import { foreseen } from "../../src/state/foresight.js";
import { mergePatch } from "../../src/state/json-tree.js";
import { Draws } from "../machine/model-server.js";

export interface SheetWire {
  readonly toClient: ServerFrame[];
  readonly toServer: ClientFrame[];
  isFollowed: boolean;

  /** Up to here the log was sent. */
  sentThrough: number;
}

type Entry = { readonly version: number; readonly value: unknown };
type Effect = { readonly key: string; readonly version: number; readonly value: unknown; readonly patch: unknown; readonly mutationId: string } | null;

/** The state of one channel, as small as the contract allows, with rules that are mere chance; connections can be cut between any two frames. */
export class ModelSheet {
  epoch = "e1";
  entries = new Map<string, Entry>();
  readonly wires = new Map<string, SheetWire>();

  /** By mutation id: how often it was decided in each life of the log, and how. */
  readonly decided = new Map<string, { result: string; offset: number }>();
  decisions = 0;
  readonly #draws: Draws;

  /** What each offset did; null: nothing that shows. */
  #log: Effect[] = [];

  /** Before this nothing is retained. */
  #trim = 0;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  get head(): number { return this.#log.length; }

  open(connection: string): void { this.wires.set(connection, { toClient: [], toServer: [], isFollowed: false, sentThrough: 0 }); }

  cut(connection: string): void { this.wires.delete(connection); }

  /** What is older can only be had as a snapshot. */
  trim(): void { this.#trim = this.head; }

  /** The log is restored from an older copy: another life, with what was there then. */
  rewind(): void {
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`;
    for (const key of [...this.entries.keys()]) if (this.#draws.next(3) === 0) this.entries.set(key, { version: 1, value: { n: 0 } });
    this.#log = [null];
    this.#trim = 1;
    this.decided.clear();
    for (const connection of [...this.wires.keys()]) this.wires.delete(connection);
  }

  takeFrame(wire: SheetWire): void {
    const { kind, id, body } = wire.toServer.shift()!;
    switch (kind) {
      case "hello": {
        const subscriptions = (body.subscribe ?? []).map(subscribe => this.#follow(wire, subscribe));
        say(wire, "welcome", {
          connection: "c", session: { id: "s", key: "k", resumed: false }, node: "n", time: 0, heartbeatMs: 10_000, limits: { frameBytes: 65_536, subscriptions: 200 },
          reconnect: { minMs: 10, maxMs: 100, factor: 1.5, jitter: 1 }, subscriptions: subscriptions.map(([subscribed]) => subscribed),
        }, id);
        for (const [, parts] of subscriptions) for (const part of parts) say(wire, "state", part);
        break;
      }
      case "subscribe": {
        const [subscribed, parts] = this.#follow(wire, body);
        say(wire, "subscribed", subscribed, id);
        for (const part of parts) say(wire, "state", part);
        break;
      }
      case "mutate": this.#mutate(wire, id, body); break;
      case "ping": say(wire, "pong", {}); break;
    }
  }

  /** Sends the next of the log to somebody. */
  sendNext(wire: SheetWire): void {
    if (!wire.isFollowed || wire.sentThrough >= this.head) return;

    const offset = ++wire.sentThrough;
    const effect = this.#log[offset - 1]!;
    if (effect === null) say(wire, "skip", { channel: "sheet", from: offset, to: offset });
    else {
      const { key, version, value, patch, mutationId } = effect;
      const said = value === undefined ? { deleted: true } : patch !== undefined ? { patch: Json.of(patch) } : { value: Json.of(value) };
      say(wire, "change", { channel: "sheet", offset, key, version, ...said, mutationId });
    }
  }

  /** Tells that something was lost on the way. */
  loseNext(wire: SheetWire): void {
    if (!wire.isFollowed || wire.sentThrough >= this.head) return;
    const offset = ++wire.sentThrough;
    say(wire, "gap", { channel: "sheet", from: offset, to: offset, reason: "dropped" });
  }

  #follow(wire: SheetWire, { from }: Subscribe): [Subscribed, ServerBodies["state"][]] {
    const position = typeof from === "object" && "epoch" in from ? from : null;
    const isSame = position?.epoch === this.epoch;
    const hasAll = isSame && position.offset >= this.#trim && position.offset <= this.head;
    wire.isFollowed = true;
    wire.sentThrough = hasAll ? position.offset : this.head;
    const subscribed: Subscribed = { channel: "sheet", epoch: this.epoch, offset: wire.sentThrough, head: this.head, recovered: hasAll ? "full" : position === null ? "none" : isSame ? "gap" : "reset" };
    if (hasAll) return [subscribed, []];

    const entries = [...this.entries].filter(([, { value }]) => value !== undefined).map(([key, { version, value }]) => ({ key, version, value: Json.of(value) }));
    const cut = this.#draws.next(entries.length + 1);
    const parts = [entries.slice(0, cut), entries.slice(cut)];
    return [subscribed, parts.map((some, i) => ({ channel: "sheet", offset: wire.sentThrough, entries: some, last: i === 1 }))];
  }

  #mutate(wire: SheetWire, id: number, mutate: Mutate): void {
    const { key, operation, value, ifVersion, mutationId } = mutate;
    const present = this.entries.get(key) ?? { version: 0, value: undefined };
    const known = this.decided.get(mutationId!);
    if (known) {
      this.#answer(wire, id, key, known.result, known.offset, { duplicate: true });
      return;
    }
    const fate = this.#draws.next(20);
    if (fate === 0) {
      say(wire, "error", { code: 113, name: "overloaded", message: "busy", retry: "backoff" }, id);
      return;
    }
    const isMet = ifVersion === undefined || (ifVersion === 0 ? present.value === undefined : ifVersion === present.version && present.value !== undefined);
    if (!isMet || fate === 1) {
      this.#answer(wire, id, key, "rejected", 0, { reason: "no" });
      return;
    }
    this.decisions++;
    const asked = foreseen(operation, present.value, value?.value);
    // Where it is merged, the rules have something to say, too.
    const after = fate <= 4 && asked !== undefined ? mergePatch(asked, { rule: this.decisions }) : asked;
    const result = fate === 5 ? "superseded" : fate <= 4 ? "merged" : "applied";
    const version = result === "superseded" ? present.version : present.version + 1;
    if (result !== "superseded") this.entries.set(key, { version, value: after });
    this.#log.push(result === "superseded" ? null : { key, version, value: after, patch: result === "applied" && operation === "merge" ? value!.value : undefined, mutationId: mutationId! });
    this.decided.set(mutationId!, { result, offset: this.head });
    this.#answer(wire, id, key, result, this.head, {});
  }

  #answer(wire: SheetWire, id: number, key: string, result: string, offset: number, more: { duplicate?: boolean; reason?: string }): void {
    const { version, value } = this.entries.get(key) ?? { version: 0, value: undefined };
    say(wire, "mutated", { result, channel: "sheet", key, epoch: this.epoch, offset, version, ...(value !== undefined && { value: Json.of(value) }), ...more }, id);
  }
}

function say<K extends keyof ServerBodies>(wire: SheetWire, kind: K, body: ServerBodies[K], id = 0): void { wire.toClient.push({ kind, id, body } as ServerFrame); }
