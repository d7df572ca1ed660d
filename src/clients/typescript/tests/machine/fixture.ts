import { expect } from "vitest";
import type { AckMode, ClientBodies, ClientFrame, Confirm, DeliveryOrder, From, Recovered, ServerBodies, ServerFrame, Subscribed } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";
import { ClientMachine } from "../../src/machine/client-machine.js";
import type { Delivery, Effect } from "../../src/machine/effects.js";
import type { Followed } from "../../src/machine/followed.js";
import type { TransportName } from "../../src/machine/ladder.js";
import type { MachineOptions } from "../../src/machine/machine-options.js";
import type { Notice } from "../../src/machine/notices.js";
import type { Outcome } from "../../src/machine/outcomes.js";

type Kind = Effect["kind"];
type Of<K extends Kind> = Extract<Effect, { kind: K }>;

/** A machine, a clock that is moved by hand, and the server's side of its connections. */
export class Fixture {
  readonly machine: ClientMachine;
  now = 3_600_000;
  chance = 1;
  connection = 0;
  transport: TransportName = "websocket";
  hello!: ClientBodies["hello"];
  readonly #untaken: Effect[] = [];
  #helloId = 0;
  #keys = 0;

  constructor(options: Partial<MachineOptions> = {}) {
    this.machine = new ClientMachine({ endpoints: ["one"], ackDelayMs: 0, ...options }, "p-test", () => this.chance);
  }

  static connected(options: Partial<MachineOptions> = {}): Fixture {
    const fixture = new Fixture(options).start().greet().welcome({ isResumed: false });
    fixture.takeAll();
    return fixture;
  }

  start(): this {
    this.machine.start(this.now);
    return this;
  }

  /** What the machine wanted done since the last call. */
  takeAll(): Effect[] {
    const taken = this.#untaken.splice(0);
    for (let effect = this.machine.take(); effect; effect = this.machine.take()) taken.push(effect);
    return taken;
  }

  take<K extends Kind>(kind: K): Of<K>[] { return this.takeAll().filter((effect): effect is Of<K> => effect.kind === kind); }

  takeOne<K extends Kind>(kind: K): Of<K> {
    const taken = this.take(kind);
    expect(taken, `exactly one ${kind} is expected`).toHaveLength(1);
    return taken[0]!;
  }

  takeFrames(): ClientFrame[] { return this.take("send").map(send => send.frame); }

  takeFrame<K extends ClientFrame["kind"]>(kind: K): Extract<ClientFrame, { kind: K }> {
    const frames = this.takeFrames().filter((frame): frame is Extract<ClientFrame, { kind: K }> => frame.kind === kind);
    expect(frames, `exactly one ${kind} is expected`).toHaveLength(1);
    return frames[0]!;
  }

  takeNotices(): Notice[] { return this.take("notify").map(notify => notify.notice); }
  takeDeliveries(): Delivery[] { return this.take("deliver").map(deliver => deliver.delivery); }
  takeOutcome(): Outcome { return this.takeOne("complete").outcome; }

  /** Lets time pass and does what is due at each moment, as a host would. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let next = this.machine.nextDeadline; next !== undefined && next <= end; next = this.machine.nextDeadline) {
      this.now = Math.max(next, this.now);
      this.machine.tick(this.now);
    }
    this.now = end;
  }

  /** Lets time pass until a transport is to be opened, at most for so long; a server that is there is never silent. */
  passUntilOpen(withinMs = 3_600_000): void {
    const end = this.now + withinMs;
    for (;;) {
      this.#untaken.push(...this.takeAll());
      if (this.now >= end || this.#untaken.some(({ kind }) => kind === "open")) return;
      this.pass(Math.min(500, end - this.now));
      if (this.machine.state === "connected") this.receive("ping", {});
    }
  }

  /** Opens the transport that was asked for and takes the hello. */
  greet(): this {
    const { connection, transport } = this.takeOne("open");
    this.connection = connection;
    this.transport = transport;
    this.machine.opened(this.now, this.connection);
    const { id, body } = this.takeFrame("hello");
    this.#helloId = id;
    this.hello = body;
    return this;
  }

  welcome({ isResumed = true, subscriptions = [] as Subscribed[], heartbeatMs = 10_000 } = {}): this {
    this.receive("welcome", {
      connection: `c-${this.connection}`,
      session: { id: "s-1", key: `key-${++this.#keys}`, resumed: isResumed, ...(!isResumed && { reason: "unknown" }) },
      node: "n1",
      time: 0,
      heartbeatMs,
      limits: { frameBytes: 65_536, subscriptions: 200 },
      reconnect: { minMs: 100, maxMs: 1_000, factor: 2, jitter: 1 },
      subscriptions,
    }, this.#helloId);
    return this;
  }

  /** Loses the connection, waits for the next attempt, and greets again. */
  reconnect(...subscriptions: Subscribed[]): this {
    this.lose();
    this.pass(1_000);
    return this.greet().welcome({ subscriptions });
  }

  lose(code?: number): void { this.machine.disconnected(this.now, this.connection, code, "lost"); }

  receive<K extends keyof ServerBodies>(kind: K, body: ServerBodies[K], id = 0): void {
    this.receiveOn(this.connection, kind, body, id);
  }

  /** As {@link receive}, on one of several connections. */
  receiveOn<K extends keyof ServerBodies>(connection: number, kind: K, body: ServerBodies[K], id = 0): void {
    this.machine.received(this.now, connection, { kind, id, body } as ServerFrame);
  }

  follow({ channel = "prices", from = "earliest" as From, ack = "auto" as AckMode, order = "lanes" as DeliveryOrder } = {}): Followed {
    return this.machine.subscribe(this.now, { channel, from, ack, order });
  }

  /** Follows a channel and is taken up at its beginning. */
  followed(options: { ack?: AckMode; order?: DeliveryOrder; head?: number } = {}): Followed {
    const followed = this.follow(options);
    const { id } = this.takeFrame("subscribe");
    this.receive("subscribed", subscribed(0, { head: options.head ?? 0 }), id);
    this.takeAll();
    return followed;
  }

  events(...offsets: number[]): void { for (const offset of offsets) this.receive("event", eventOf(offset)); }

  /** Takes what was delivered and is done with it. */
  handleAll(): number[] {
    const deliveries = this.takeDeliveries();
    for (const delivery of deliveries) this.machine.handled(this.now, delivery);
    return deliveries.map(delivery => delivery.event.offset);
  }

  publish({ data = 1 as unknown, channel = "prices", confirm = "persisted" as Confirm } = {}): number {
    return this.machine.publish(this.now, { channel, type: "t", data: Json.of(data), confirm });
  }

  receipt(id: number, body: Partial<ServerBodies["receipt"]> = {}): void {
    this.receive("receipt", { status: "persisted", channel: "prices", epoch: "e1", offset: 1, duplicate: false, ...body }, id);
  }

  error(id: number, code: number, afterMs?: number): void {
    this.receive("error", { code, name: "x", message: "no", retry: "never", ...(afterMs !== undefined && { afterMs }) }, id);
  }
}

export function subscribed(offset: number, { recovered = "none" as Recovered, epoch = "e1", channel = "prices", head = offset, gap = undefined as Subscribed["gap"] } = {}): Subscribed {
  return { channel, epoch, offset, head, recovered, ...(gap && { gap }) };
}

export function eventOf(offset: number, channel = "prices"): ServerBodies["event"] {
  return { channel, offset, id: `e1-${offset}`, type: "t", time: 0, priority: "normal", data: Json.of({}) };
}
