import { expect, test } from "vitest";
import type { Ack } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import { ClientMachine } from "../../src/machine/client-machine.js";
import type { Delivery } from "../../src/machine/effects.js";
import type { Followed } from "../../src/machine/followed.js";
import type { Outcome } from "../../src/machine/outcomes.js";
import { Draws, ModelServer, type Wire } from "./model-server.js";

const SEEDS = 300;
const CREDIT = 6;

// Many short lives against a server that keeps to the contract over connections that break anywhere. A failure names the seed that replays it.

test("Every event is delivered once and every publish is in the log once, whatever breaks", () => {
  for (let seed = 1; seed <= SEEDS; seed++) new Life(seed, false).run();
});

test("After a rewind the new life of the log is delivered whole and once", () => {
  for (let seed = 1; seed <= SEEDS; seed++) new Life(seed, true).run();
});

test("... also where the server sends its clients away, and transports are blocked and open again", () => {
  let besides = 0;
  for (let seed = 1; seed <= SEEDS; seed++) besides += new Life(seed, false, true).run().filter(effect => effect === "open beside another").length;

  expect(besides).toBeGreaterThan(SEEDS);
});

test("The same inputs and chance give the same effects", () => {
  expect(new Life(7, false, true).run()).toEqual(new Life(7, false, true).run());
});

class Life {
  readonly #seed: number;
  readonly #canRewind: boolean;
  readonly #moves: boolean;
  readonly #draws: Draws;
  readonly #server: ModelServer;
  readonly #machine: ClientMachine;
  readonly #followed: Followed;
  readonly #inHand: Delivery[] = [];
  readonly #delivered = new Set<string>();
  readonly #handled = new Set<string>();
  readonly #publishes = new Map<number, Outcome | null>();
  readonly #history: string[] = [];
  #now = 0;

  constructor(seed: number, canRewind: boolean, moves = false) {
    this.#seed = seed;
    this.#canRewind = canRewind;
    this.#moves = moves;
    this.#draws = new Draws(seed);
    this.#server = new ModelServer(this.#draws);
    this.#machine = new ClientMachine({ endpoints: ["one"], creditWindow: CREDIT, ackDelayMs: 5, ...(moves && { transports: ["websocket", "sse", "poll"] as const }) }, "p", this.#draws.share);
    this.#followed = this.#machine.subscribe(0, { channel: "prices", from: "earliest" });
  }

  run(): string[] {
    this.#machine.start(this.#now);
    for (let step = 0; step < 250; step++) this.#step(this.#draws.next(100), false);
    for (let step = 0; step < 2_000 && !this.#isAtRest; step++) this.#step(step % 40, true);
    this.#check();
    return this.#history;
  }

  get #wanted(): number[] { return this.#server.log.map((_, i) => i + 1).filter(offset => !ModelServer.isSkipped(offset)); }

  get #deliveredHere(): number[] {
    return [...this.#delivered].map(place => place.split("/")).filter(([epoch]) => epoch === this.#server.epoch).map(([, offset]) => Number(offset)).sort((one, other) => one - other);
  }

  get #isAtRest(): boolean {
    return this.#inHand.length === 0 && this.#server.acked === this.#server.log.length && [...this.#publishes.values()].every(outcome => outcome !== null)
      && this.#deliveredHere.length === this.#wanted.length;
  }

  #step(what: number, isHealing: boolean): void {
    const [connection, wire] = this.#anyWire();
    if (what < 15) { if (wire && wire.toServer.length > 0) this.#server.takeFrame(wire); }
    else if (what < 30) this.#server.sendNext();
    else if (what < 37 || (what >= 40 && what < 50)) { if (wire && wire.toClient.length > 0) this.#machine.received(this.#now, connection, wire.toClient.shift()!); }
    else if (what < 39 || (what >= 70 && what < 80)) { if (this.#inHand.length > 0) this.#handle(this.#draws.next(this.#inHand.length)); }
    else if (what < 40 || (what >= 80 && what < 95)) this.#pass();
    else if (what < 60 && !isHealing) this.#server.append();
    else if (what < 70) this.#publishes.set(this.#machine.publish(this.#now, { channel: "prices", type: "t", data: Json.of(1) }), null);
    else if (this.#moves && what < 98) this.#server.sendAway();
    else if (wire) {
      const rewinds = what === 99 && this.#canRewind && this.#draws.next(3) === 0;
      this.#cut(connection, wire);
      if (rewinds) this.#server.rewind();
    }
    this.#carryOut();
  }

  #anyWire(): [connection: number, wire: Wire | null] {
    const wires = [...this.#server.wires];
    return wires.length === 0 ? [0, null] : wires[wires.length === 1 ? 0 : this.#draws.next(wires.length)]!;
  }

  #cut(connection: number, wire: Wire): void {
    // Some of what was on its way up still arrives.
    for (let frames = this.#draws.next(wire.toServer.length + 1); frames > 0; frames--) this.#server.takeFrame(wire);
    this.#server.cut(connection);
    this.#machine.disconnected(this.#now, connection, undefined, "cut");
  }

  #handle(index: number): void {
    const [delivery] = this.#inHand.splice(index, 1);
    this.#handled.add(`${delivery!.epoch}/${delivery!.event.offset}`);
    this.#machine.handled(this.#now, delivery!);
  }

  #pass(): void {
    this.#now += this.#draws.next(60);
    const next = this.#machine.nextDeadline;
    if (next !== undefined && next <= this.#now) this.#machine.tick(this.#now);
  }

  #carryOut(): void {
    for (let effect = this.#machine.take(); effect; effect = this.#machine.take()) {
      this.#history.push(effect.kind);
      switch (effect.kind) {
        case "open":
          if (this.#moves && this.#draws.next(4) === 0) {
            this.#machine.disconnected(this.#now, effect.connection, undefined, "blocked");
            break;
          }
          if (this.#server.wires.size > 0) this.#history.push("open beside another");
          this.#server.open(effect.connection);
          this.#machine.opened(this.#now, effect.connection);
          break;
        case "send":
          if (effect.frame.kind === "ack") this.#checkAck(effect.frame.body);
          this.#server.wires.get(effect.connection)?.toServer.push(effect.frame);
          break;
        case "close":
          this.#server.cut(effect.connection);
          break;
        case "deliver": {
          const place = `${effect.delivery.epoch}/${effect.delivery.event.offset}`;
          if (this.#delivered.has(place)) throw new Error(`Seed ${this.#seed}: ${place} was delivered twice.`);
          this.#delivered.add(place);
          this.#inHand.push(effect.delivery);
          if (this.#inHand.length > (this.#moves ? 2 : 1) * CREDIT) throw new Error(`Seed ${this.#seed}: ${this.#inHand.length} events are in hand; ${CREDIT} may be, twice as many while the session moves.`);
          break;
        }
        case "notify":
          if (effect.notice.kind === "gap") throw new Error(`Seed ${this.#seed}: nothing is ever lost here, but a gap was told: ${JSON.stringify(effect.notice)}`);
          break;
        case "complete":
          if (this.#publishes.get(effect.request) !== null) throw new Error(`Seed ${this.#seed}: request ${effect.request} was completed twice, or never made.`);
          this.#publishes.set(effect.request, effect.outcome);
          break;
      }
    }
  }

  #checkAck({ offset, ranges = [] }: Ack): void {
    for (const [from, to] of [[1, offset] as const, ...ranges]) {
      for (let acked = from; acked <= to; acked++) {
        if (!ModelServer.isSkipped(acked) && !this.#handled.has(`${this.#followed.epoch}/${acked}`)) throw new Error(`Seed ${this.#seed}: ${acked} was acked and not handled.`);
      }
    }
  }

  #check(): void {
    const where = `seed ${this.#seed}: head ${this.#server.log.length}, acked ${this.#server.acked}, in hand ${this.#inHand.length}, ${this.#machine.state}`;
    expect(this.#isAtRest, where).toBe(true);
    expect(this.#deliveredHere, where).toEqual(this.#wanted);
    expect(this.#followed.receivedPrefix, where).toBe(this.#server.log.length);
    if (this.#canRewind) return;

    const published = [...this.#publishes.values()].map(outcome => outcome?.kind === "published" ? outcome.receipt.offset! : 0).sort((one, other) => one - other);
    const own = this.#server.log.map((sequence, i) => sequence === 0 ? 0 : i + 1).filter(offset => offset !== 0);
    expect(published, where).toEqual(own);
  }
}
