import { expect } from "vitest";
import type { ClientBodies, ClientFrame, ServerBodies, ServerFrame, Subscribe, Subscribed } from "../../src/codec/frames.js";
import { eventOf } from "./fixture.js";

/** Chance that can be played again. */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2654435761 >>> 0;
  }

  /** 0 … 1. */
  readonly share = (): number => {
    // A generator of Marsaglia's kind, with more than enough period for a few thousand draws.
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
  };

  next(below: number): number { return Math.floor(this.share() * below); }
}

/** One connection: the frames on their way. */
export interface Wire {
  readonly toClient: ServerFrame[];
  readonly toServer: ClientFrame[];
}

/** A server of one channel, as small as the contract allows: a log, a session, and connections that can be cut between any two frames; the last that said hello has the session. */
export class ModelServer {
  epoch = "e1";

  /** The producer sequence of each event of the log; 0: somebody else's. */
  log: number[] = [];
  acked = 0;

  /** By their numbers. */
  readonly wires = new Map<number, Wire>();

  /** The one that has the session. */
  #holder: Wire | null = null;
  readonly #draws: Draws;
  readonly #sentAhead = new Set<number>();
  readonly #offsetBySequence = new Map<number, number>();
  #keys: string[] = [];
  #lastKey = 0;
  #sentThrough = 0;
  #credit = 0;
  #isFollowed = false;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** Every seventh offset is not wanted by the client. */
  static isSkipped(offset: number): boolean { return offset % 7 === 0; }

  append(): void { this.log.push(0); }

  /** The log is lost, and another life of it begins. */
  rewind(): void {
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`;
    this.log = [];
    this.#offsetBySequence.clear();
    this.acked = 0;
    this.append();
  }

  open(connection: number): void { this.wires.set(connection, { toClient: [], toServer: [] }); }

  cut(connection: number): void {
    if (this.wires.get(connection) === this.#holder) this.#letGo();
    this.wires.delete(connection);
  }

  /** Asks the client to go elsewhere, which is here. */
  sendAway(): void { if (this.#holder) this.#say("goaway", { withinMs: 100, spreadMs: this.#draws.next(100) }); }

  takeFrame(wire: Wire): void {
    const { kind, id, body } = wire.toServer.shift()!;
    if (kind === "hello") {
      this.#takeOver(wire);
      this.#greet(id, body);
      return;
    }
    // Nobody is there any more.
    if (wire !== this.#holder) return;
    switch (kind) {
      case "subscribe": this.#say("subscribed", this.#follow(body), id); break;
      case "publish": this.#publish(id, body); break;
      case "credit": this.#credit += body.events; break;
      case "ping":
        // The first frame retires the former key.
        this.#keys = [this.#keys.at(-1)!];
        this.#say("pong", {});
        break;
      case "ack":
        expect(body.offset).toBeLessThanOrEqual(this.log.length);
        this.acked = Math.max(this.acked, body.offset);
        break;
    }
  }

  /** Sends one thing that follows, if anything does and credit allows. */
  sendNext(): void {
    if (!this.#holder || !this.#isFollowed || this.#sentThrough >= this.log.length) return;

    const next = this.#sentThrough + 1;
    if (this.#sentAhead.delete(next) || ModelServer.isSkipped(next)) {
      if (ModelServer.isSkipped(next)) this.#say("skip", { channel: "prices", from: next, to: next });
      this.#sentThrough = next;
      return;
    }
    if (this.#credit === 0) return;

    this.#credit--;
    const ahead = next + 1 + this.#draws.next(3);
    if (this.#draws.next(4) === 0 && ahead <= this.log.length && !ModelServer.isSkipped(ahead) && !this.#sentAhead.has(ahead)) {
      this.#sentAhead.add(ahead);
      this.#say("event", eventOf(ahead));
      return;
    }
    this.#say("event", eventOf(next));
    this.#sentThrough = next;
  }

  #takeOver(wire: Wire): void {
    const former = this.#holder;
    if (former) this.#say("close", { code: 4404, reason: "another connection took the session over", afterMs: 0 });
    this.#letGo();
    this.#holder = wire;
  }

  #letGo(): void {
    this.#holder = null;
    this.#isFollowed = false;
    this.#sentAhead.clear();
  }

  #greet(id: number, hello: ClientBodies["hello"]): void {
    // Without a key it is another session: the welcome of the first was lost. With one, it stays good until the first frame on this connection.
    if (hello.session) expect(this.#keys).toContain(hello.session.key);
    this.#keys = [...hello.session ? [hello.session.key] : [], `key-${++this.#lastKey}`];
    this.#credit = hello.credit!;
    this.#say("welcome", {
      connection: "c",
      session: { id: "s-1", key: this.#keys.at(-1)!, resumed: hello.session !== undefined },
      node: "n",
      time: 0,
      heartbeatMs: 10_000,
      limits: { frameBytes: 65_536, subscriptions: 200 },
      reconnect: { minMs: 10, maxMs: 100, factor: 1.5, jitter: 1 },
      subscriptions: (hello.subscribe ?? []).map(subscribe => this.#follow(subscribe)),
    }, id);
  }

  #follow({ from }: Subscribe): Subscribed {
    const position = typeof from === "object" && "epoch" in from ? from : null;
    const isHere = position?.epoch === this.epoch && position.offset <= this.log.length;
    this.#isFollowed = true;
    this.#sentThrough = isHere ? position.offset : 0;
    return { channel: "prices", epoch: this.epoch, offset: this.#sentThrough, head: this.log.length, recovered: isHere ? "full" : position ? "reset" : "none" };
  }

  #publish(id: number, { producer }: ClientBodies["publish"]): void {
    const fate = this.#draws.next(20);
    if (fate === 0) {
      this.#say("error", { code: 113, name: "overloaded", message: "busy", retry: "backoff" }, id);
      return;
    }

    const sequence = producer!.sequence;
    const known = this.#offsetBySequence.get(sequence);
    if (known === undefined && fate !== 1) {
      this.log.push(sequence);
      this.#offsetBySequence.set(sequence, this.log.length);
    }

    // Twice in twenty it is not known, once because it was appended and once because it was not.
    const offset = this.#offsetBySequence.get(sequence);
    this.#say("receipt", { status: fate <= 2 ? "unknown" : "persisted", channel: "prices", epoch: this.epoch, ...(offset !== undefined && { offset }), duplicate: known !== undefined }, id);
  }

  #say<K extends keyof ServerBodies>(kind: K, body: ServerBodies[K], id = 0): void { this.#holder!.toClient.push({ kind, id, body } as ServerFrame); }
}
