import { expect, test } from "vitest";
import { ClientMachine } from "../../src/machine/client-machine.js";
import type { Outcome } from "../../src/machine/outcomes.js";
import { Draws } from "../machine/model-server.js";
import { HybridClock } from "../../src/state/hybrid-clock.js";
import { SharedState, type StateLink } from "../../src/state/shared-state.js";
import { WebStorageMutationStore } from "../../src/state/web-storage-mutation-store.js";
import type { StateSink } from "../../src/running/state-sink.js";
import { FakeTabs } from "./fake-tabs.js";
import { ModelSheet } from "./model-sheet.js";

const SEEDS = 100;
const KEYS = ["a", "b", "c"];

// Several tabs that mutate the same few keys, over connections that break anywhere, and tabs that are closed with what they could not send. A failure names the seed that replays it.

test("Whatever comes in between, what is shown ends as what is confirmed, which is what the server has; and each mutation is decided once", async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) (await new Sheet(seed, false).run()).forEach(what => seen.add(what));

  // Else it proves little.
  expect([...seen].sort()).toEqual(expect.arrayContaining(["applied", "duplicate", "left", "merged", "rebased", "rejected", "superseded"]));
});

test("... also when the log is restored and begins another life", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await new Sheet(seed, true).run();
});

class Sheet {
  readonly #seed: number;
  readonly #canRewind: boolean;
  readonly #draws: Draws;
  readonly #server: ModelSheet;
  readonly #tabs = new FakeTabs();
  #open: Tab[] = [];
  readonly #all: Tab[] = [];
  readonly seen = new Set<string>();

  constructor(seed: number, canRewind: boolean) {
    this.#seed = seed;
    this.#canRewind = canRewind;
    this.#draws = new Draws(seed);
    this.#server = new ModelSheet(this.#draws);
  }

  async run(): Promise<Set<string>> {
    for (let i = 0; i < 3; i++) this.#openTab();
    for (let step = 0; step < 400; step++) {
      this.#step(this.#draws.next(100));
      // What a tab takes over from another one it sends on by itself.
      await Promise.resolve();
    }
    for (let round = 0; round < 3_000 && !this.#isAtRest; round++) {
      await Promise.resolve();
      for (const tab of this.#open) {
        tab.pass(20);
        tab.take(1);
        tab.receive(1);
      }
    }
    await new Promise(resolve => setImmediate(resolve));
    this.#check();
    return this.seen;
  }

  #openTab(): void {
    const tab = new Tab(`tab-${this.#all.length + 1}`, this.#server, this.#tabs, this.#draws, this.seen, this.#canRewind);
    this.#open.push(tab);
    this.#all.push(tab);
  }

  #step(what: number): void {
    const at = this.#draws.next(this.#open.length);
    const tab = this.#open[at]!;
    if (what < 25) tab.edit(KEYS[this.#draws.next(KEYS.length)]!, this.#draws);
    else if (what < 50) tab.take(1);
    else if (what < 80) tab.receive(1 + this.#draws.next(2));
    else if (what < 90) tab.pass(this.#draws.next(60));
    else if (what < 94) tab.cut();
    else if (what < 95) tab.lose();
    else if (what < 96) this.#server.trim();
    else if (what < 98) {
      tab.die();
      this.#open.splice(at, 1);
      this.#openTab();
    }
    else if (what === 99 && this.#canRewind && this.#draws.next(3) === 0) {
      this.#server.rewind();
      for (const each of this.#open) each.disconnected();
    }
  }

  get #isAtRest(): boolean {
    return this.#open.every(({ shared }) => shared.state === "live" && shared.pending.length === 0 && shared.position?.epoch === this.#server.epoch && shared.position.offset === this.#server.head);
  }

  #check(): void {
    const where = `seed ${this.#seed}: head ${this.#server.head}`;
    const wanted = Object.fromEntries([...this.#server.entries].filter(([, { value }]) => value !== undefined).map(([key, { value }]) => [key, value]));
    for (const { name, shared } of this.#open) {
      expect(this.#isAtRest, `${where}; ${name} is ${shared.state} at ${JSON.stringify(shared.position)} with ${shared.pending.length} pending`).toBe(true);
      expect(Object.fromEntries(shared.entries.map(({ key, value }) => [key, value])), `${where}, ${name}`).toEqual(wanted);
      for (const { key, value, confirmed, version } of shared.entries) {
        expect(value, `${where}, ${name}`).toBe(confirmed);
        expect(version, `${where}, ${name}`).toBe(this.#server.entries.get(key)!.version);
      }
    }
    expect(this.#tabs.names.filter(name => !name.endsWith("/clock")), where).toEqual([]);
    for (const tab of this.#open) expect(tab.unanswered, `${where}, ${tab.name}`).toBe(0);
    for (const tab of this.#all) expect(tab.faults, `${where}, ${tab.name}`).toEqual([]);
  }
}

/** A client whose world is this test. */
class Tab implements StateLink {
  readonly name: string;
  readonly shared: SharedState<Record<string, unknown>>;
  readonly clock = new HybridClock();
  readonly frameBytesMax = 65_536;
  readonly #server: ModelSheet;
  readonly #tabs: FakeTabs;
  readonly #machine: ClientMachine;
  readonly #calls = new Map<number, (outcome: Outcome) => void>();
  readonly #told = new Set<string>();
  readonly #versions = new Map<string, number>();
  #sink!: StateSink;
  #now = 0;
  #connection = 0;

  /** What a listener saw that must not be. */
  readonly faults: string[] = [];

  /** How many of its own mutations nothing was told of. */
  unanswered = 0;

  constructor(name: string, server: ModelSheet, tabs: FakeTabs, draws: Draws, seen: Set<string>, canRewind: boolean) {
    this.name = name;
    this.#server = server;
    this.#tabs = tabs;
    this.#machine = new ClientMachine({ endpoints: ["one"], creditWindow: 50, ackDelayMs: 5 }, name, draws.share);
    this.shared = new SharedState("sheet", {}, new WebStorageMutationStore("m", { storage: tabs.storage, locks: tabs.locksOf(name) }), this);
    this.shared.on("outcome", ({ result, mutationId, offset, duplicate, wasLeft }) => {
      seen.add(result);
      if (duplicate) seen.add("duplicate");
      if (wasLeft) seen.add("left");
      if (this.#told.has(mutationId)) this.faults.push(`${mutationId} was told twice.`);
      this.#told.add(mutationId);
      const decided = server.decided.get(mutationId);
      if (result !== "rejected" && !canRewind && (decided?.result !== result || decided.offset !== offset)) this.faults.push(`${mutationId} was told as ${result} at ${offset}; it is ${JSON.stringify(decided)}.`);
    });
    this.shared.on("changed", ({ keys, cause, rebased }) => {
      if (rebased > 0) seen.add("rebased");
      this.#checkVersions(keys, cause === "snapshot");
    });
    this.shared.on("failed", ({ error }) => { if (error.code !== 113) this.faults.push(error.message); });
    this.#machine.start(0);
    this.#carryOut();
  }

  get isConnected(): boolean { return this.#machine.state === "connected"; }

  follow(request: Parameters<StateLink["follow"]>[0], sink: StateSink): ReturnType<StateLink["follow"]> {
    this.#sink = sink;
    return this.#machine.subscribe(this.#now, request);
  }

  mutate(frame: Parameters<StateLink["mutate"]>[0], done: (outcome: Outcome) => void): void { this.#calls.set(this.#machine.mutate(this.#now, frame), done); }
  leave(): void {}
  failed(): void {}
  ended(): void {}

  edit(key: string, draws: Draws): void {
    const options = draws.next(6) === 0 && this.shared.isLoaded ? { ifUnchanged: true } : {};
    const made = draws.next(5) === 0 ? this.shared.delete(key, options)
      : draws.next(4) === 0 ? this.shared.set(key, { n: draws.next(9) }, options)
      : draws.next(3) === 0 ? this.shared.increment(key, { spent: 1 }, options)
      : draws.next(2) === 0 ? this.shared.add(key, { tags: [`t${draws.next(4)}`] }, options)
      : this.shared.merge(key, { amount: draws.next(99), note: draws.next(2) === 0 ? null : "x" }, options);
    this.unanswered++;
    const answered = (): void => { this.unanswered--; };
    made.then(answered, answered);
    this.#carryOut();
  }

  take(frames: number): void { for (; frames > 0 && this.#wire && this.#wire.toServer.length > 0; frames--) this.#server.takeFrame(this.#wire); }

  receive(frames: number): void {
    // What was to be sent since, of whatever was taken over.
    this.#carryOut();
    if (this.#wire) this.#server.sendNext(this.#wire);
    for (; frames > 0 && this.#wire && this.#wire.toClient.length > 0; frames--) {
      this.#machine.received(this.#now, this.#connection, this.#wire.toClient.shift()!);
      this.#carryOut();
    }
  }

  pass(ms: number): void {
    this.#now += ms;
    this.#machine.tick(this.#now);
    this.#carryOut();
  }

  lose(): void { if (this.#wire) this.#server.loseNext(this.#wire); }

  cut(): void {
    if (!this.#wire) return;
    this.#server.cut(this.#place);
    this.disconnected();
  }

  disconnected(): void {
    this.#machine.disconnected(this.#now, this.#connection, undefined, "cut");
    this.#carryOut();
  }

  /** Some of what it has sent still arrives. */
  die(): void {
    this.take(2);
    this.#server.cut(this.#place);
    this.#tabs.close(this.name);
  }

  /** Of a key nothing older is ever shown after something newer, whatever overtakes what. */
  #checkVersions(keys: Iterable<string>, isSnapshot: boolean): void {
    const { epoch } = this.shared.position ?? { epoch: "" };
    for (const key of keys) {
      const place = `${epoch} ${key}`;
      const former = this.#versions.get(place) ?? 0;
      const version = this.shared.get(key)?.version ?? (isSnapshot ? 0 : former);
      if (!isSnapshot && version < former) this.faults.push(`Version ${version} of ${key} came after ${former}.`);
      this.#versions.set(place, version);
    }
  }

  get #place(): string { return `${this.name}/${this.#connection}`; }
  get #wire(): ReturnType<ModelSheet["wires"]["get"]> { return this.#server.wires.get(this.#place); }

  #carryOut(): void {
    for (let effect = this.#machine.take(); effect; effect = this.#machine.take()) {
      switch (effect.kind) {
        case "open":
          this.#connection = effect.connection;
          this.#server.open(this.#place);
          this.#machine.opened(this.#now, effect.connection);
          break;
        case "send": this.#wire?.toServer.push(effect.frame); break;
        case "close": this.#server.cut(this.#place); break;
        case "snapshot": this.#sink.snapshot(effect.part); break;
        case "change": this.#sink.change(effect.change); break;
        case "passed": this.#sink.passed(); break;
        case "notify": this.#sink.noticed(effect.notice); break;
        case "complete": this.#calls.get(effect.request)?.(effect.outcome); break;
        case "state":
          this.shared.connectionChanged();
          break;
      }
    }
  }
}
