import type { Json } from "../codec/json-value.js";
import type { Mutate, Publish, Read, ServerBodies, ServerFrame, SessionTicket, Subscribe } from "../codec/frames.js";
import { earlier } from "./backoff.js";
import { Connecting } from "./connecting.js";
import { Core } from "./core.js";
import type { ClientState, Delivery, Effect } from "./effects.js";
import type { Followed } from "./followed.js";
import { Following } from "./following.js";
import { Handover } from "./handover.js";
import { Heartbeat } from "./heartbeat.js";
import { Inflow } from "./inflow.js";
import { Ladder, type TransportName } from "./ladder.js";
import { machineDefaults, type MachineOptions } from "./machine-options.js";
import { Presences } from "./presences.js";
import { Publishing } from "./publishing.js";
import { Requests } from "./requests.js";
import type { SeenPresence } from "./seen-members.js";
import { Tokens } from "./tokens.js";

/**
 * The client without input and output: it is told what happened and when, and says what is to be done. Given the same inputs and the same chance it does the
 * same things.
 *
 * After each input carry out its effects in order ({@link take}), and call {@link tick} when {@link nextDeadline} has come. `now` is in milliseconds since any
 * fixed moment and never goes back.
 *
 * What holds: each offset of a channel is delivered once; what cannot be is told as a gap or a reset, and of a state by another snapshot; each publish and each
 * mutation is completed once, and is sent again, with the same producer sequence or mutation id, until it is answered.
 */
export class ClientMachine {
  readonly #core: Core;

  /**
   * @param options Where it differs from {@link machineDefaults}.
   * @param producerId Names its publishes; no other client may have the same.
   * @param chance The chance door, for jitter: 0 … 1 at each call.
   */
  constructor(options: Partial<MachineOptions>, producerId: string, chance: () => number) {
    const core = this.#core = new Core({ ...machineDefaults, ...options }, chance);
    if (core.options.endpoints.length === 0) throw new Error("At least one endpoint is expected; there is none.");
    if (core.options.channelInFlightMax < 1 || core.options.channelInFlightMax > 1_000) throw new RangeError(`channelInFlightMax is expected to be 1 … 1,000; it is ${core.options.channelInFlightMax}.`);

    if (core.options.transports.length === 0) throw new Error("At least one transport is expected; there is none.");
    core.ladder = new Ladder(core);
    core.handover = new Handover(core);
    core.connecting = new Connecting(core);
    core.heartbeat = new Heartbeat(core);
    core.following = new Following(core);
    core.inflow = new Inflow(core);
    core.presences = new Presences(core);
    core.publishing = new Publishing(core, producerId);
    core.requests = new Requests(core);
    core.tokens = new Tokens(core);
  }

  get state(): ClientState { return this.#core.state; }

  /** The session as of the last welcome, or as given. */
  get session(): SessionTicket | null { return this.#core.connecting.session; }

  /** Over what the present connection goes, or the one that is being tried. */
  get transport(): TransportName { return this.#core.connecting.transport; }

  /** The most bytes of one frame that the server takes. */
  get frameBytesMax(): number { return this.#core.connecting.frameBytesMax; }

  /** Publishes that are not answered yet. */
  get publishesWaiting(): number { return this.#core.publishing.outbox.count; }

  /** Events that were delivered and are not handled yet. */
  get eventsInHand(): number { return this.#core.inflow.inHand; }

  /** Events that were dropped because their offset had been received before, or because nobody follows their channel any more. */
  get eventsDropped(): number { return this.#core.inflow.dropped; }

  /** The oldest effect that is to be carried out. */
  take(): Effect | undefined { return this.#core.take(); }

  /**
   * Begins to connect.
   * @param session The one to go on as; null: a new one.
   * @param token What is said with hello; null: none, or none yet.
   * @param usesTokens Whether `obtain-token` can be answered. Without it a demand for another token closes the client.
   */
  start(now: number, session: SessionTicket | null = null, token: string | null = null, usesTokens = false): void {
    this.#core.connecting.start(now, session, token, usesTokens);
  }

  /** Ends the client: says bye where it is connected, and takes no more requests. What is not answered is completed as such. */
  close(now: number, keepSession: boolean): void { this.#core.connecting.close(now, keepSession); }

  goOffline(now: number): void { this.#core.connecting.goOffline(now); }
  goOnline(now: number): void { this.#core.connecting.goOnline(now); }
  hurry(now: number): void { this.#core.connecting.hurry(now); }
  networkChanged(now: number, isThere: boolean): void { this.#core.connecting.networkChanged(now, isThere); }

  tokenObtained(now: number, token: string, lastsMs?: number): void { this.#core.tokens.obtained(now, token, lastsMs); }
  tokenFailed(now: number, reason: string): void { this.#core.tokens.failed(now, reason); }

  opened(now: number, connection: number): void { if (!this.#core.handover.opened(now, connection)) this.#core.connecting.opened(now, connection); }

  /** A transport could not be opened, or has ended. `isBlocked`: something on the way holds back what it should carry. */
  disconnected(now: number, connection: number, code: number | undefined, reason: string, isBlocked = false): void {
    if (!this.#core.handover.disconnected(now, connection)) this.#core.connecting.disconnected(now, connection, code, reason, isBlocked);
  }

  subscribe(now: number, request: Subscribe): Followed { return this.#core.following.subscribe(now, request); }
  unsubscribe(now: number, followed: Followed): void { this.#core.following.unsubscribe(now, followed); }
  abandon(now: number, followed: Followed): void { this.#core.following.abandon(now, followed); }

  /** What stands for a channel just now, by its own name or by a pattern. */
  find(channel: string): Followed | undefined { return this.#core.following.find(channel); }

  /** The channels that a pattern has brought so far. */
  channelsOf(pattern: Followed): string[] { return this.#core.following.members.namesOf(pattern); }

  handled(now: number, delivery: Delivery): void { this.#core.inflow.handled(now, delivery); }
  released(now: number, delivery: Delivery): void { this.#core.inflow.released(now, delivery); }
  acknowledge(now: number, delivery: Delivery): void { this.#core.inflow.acknowledge(now, delivery); }

  /** The application could not process an event. */
  nack(now: number, delivery: Delivery, reason: string | undefined): void { this.#core.inflow.nack(now, delivery, reason); }

  /** Sends what waits to be acked at once: before the process goes away, for example. */
  flushAcks(now: number): void { if (this.#core.isWelcomed) this.#core.inflow.flushAcks(now); }

  publish(now: number, frame: Publish): number { return this.#core.publishing.publish(now, frame); }
  mutate(now: number, mutate: Mutate): number { return this.#core.requests.mutate(now, mutate); }

  /** Is there, for others to see, until it leaves; or shows something else of itself. What the server has taken is said again on each connection. */
  enter(now: number, channel: string, state: Json): number { return this.#core.presences.enter(now, channel, state); }
  leave(now: number, channel: string): number { return this.#core.presences.leave(now, channel); }

  /** Who is there, as far as this client is told. */
  presenceIn(channel: string): SeenPresence { return this.#core.presences.seenIn(channel); }

  read(now: number, read: Read): number { return this.#core.requests.read(now, read); }

  /** Authenticates anew on the present connection, and on those to come. */
  refresh(now: number, token: string, lastsMs?: number): number {
    this.#core.tokens.keep(now, token, lastsMs);
    return this.#core.requests.refresh(now, token);
  }

  /** The application no longer waits for a request. */
  withdraw(now: number, request: number): void { if (!this.#core.publishing.withdraw(now, request) && !this.#core.presences.withdraw(request)) this.#core.requests.withdraw(request); }

  /** A frame arrived on a transport. Frames of a transport that was replaced or given up are ignored. */
  received(now: number, connection: number, frame: ServerFrame): void {
    const core = this.#core;
    if (core.handover.received(now, connection, frame)) return;

    const { kind, id, body } = frame;
    const phase = core.phase;
    if (connection !== core.connection || (phase !== "greeting" && phase !== "welcomed" && phase !== "leaving")) return;

    core.heartbeat.heard(now);
    if (phase === "greeting" && kind !== "welcome" && kind !== "close" && kind !== "ping" && kind !== "unknown") {
      core.connecting.fault(now, `A welcome was expected as the first frame; ${kind} came.`);
      return;
    }

    switch (kind) {
      case "event": core.inflow.onEvent(now, body); break;
      case "receipt": core.publishing.onReceipt(now, id, body); break;
      case "change": core.inflow.onChange(now, body); break;
      case "state": core.inflow.onState(now, body); break;
      case "mutated": core.requests.onMutated(id, body); break;
      case "skip": core.inflow.onSkip(now, body); break;
      case "gap": core.inflow.onGap(now, body); break;
      case "lag": core.inflow.onLag(body); break;
      case "subscribed": core.following.onSubscribed(now, id, body); break;
      case "unsubscribed": core.following.onUnsubscribed(now, body); break;
      case "page": core.requests.onPage(id, body); break;
      case "presence": core.presences.onPresence(body); break;
      case "ok":
        core.requests.onOk(id);
        core.presences.onOk(now, id);
        break;
      case "error": this.#onError(now, id, body); break;
      case "welcome": core.connecting.onWelcome(now, body); break;
      case "goaway": core.handover.onGoaway(now, body); break;
      case "close": core.connecting.onClose(now, body); break;
      case "ping": core.heartbeat.onPing(now); break;
    }
  }

  /** Time has passed: does what is due. */
  tick(now: number): void {
    const { connecting, handover, ladder, tokens, heartbeat, inflow, following, presences, publishing, requests } = this.#core;
    for (const part of [connecting, handover, ladder, tokens, heartbeat, inflow, following, presences, publishing, requests]) part.tick(now);
  }

  /** When {@link tick} is to be called at the latest; undefined: nothing is due as long as nothing happens. */
  get nextDeadline(): number | undefined {
    const { connecting, handover, ladder, tokens, heartbeat, inflow, following, presences, publishing, requests } = this.#core;
    let next = earlier(connecting.deadline, tokens.deadline);
    next = earlier(next, earlier(handover.deadline, ladder.deadline));
    next = earlier(next, heartbeat.deadline);
    next = earlier(next, inflow.deadline);
    next = earlier(next, following.deadline);
    next = earlier(next, earlier(presences.deadline, publishing.deadline));
    return earlier(next, requests.deadline);
  }

  #onError(now: number, id: number, error: ServerBodies["error"]): void {
    const entry = this.#core.publishing.outbox.find(id);
    if (entry) {
      this.#core.publishing.onError(now, entry, error);
      return;
    }
    const followed = this.#core.following.findByAnswer(id);
    if (followed) this.#core.following.onError(now, followed, error);
    else if (!this.#core.presences.onError(now, id, error)) this.#core.requests.onError(now, id, error);
  }
}
