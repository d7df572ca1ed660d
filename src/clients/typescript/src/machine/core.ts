import type { ClientFrame, ReconnectAdvice } from "../codec/frames.js";
import { ADVICE_AT_FIRST, pauseOf } from "./backoff.js";
import type { Connecting } from "./connecting.js";
import type { ClientState, Effect } from "./effects.js";
import type { Following } from "./following.js";
import type { Handover } from "./handover.js";
import type { Heartbeat } from "./heartbeat.js";
import type { Inflow } from "./inflow.js";
import type { Ladder } from "./ladder.js";
import type { MachineOptions } from "./machine-options.js";
import type { Presences } from "./presences.js";
import type { Publishing } from "./publishing.js";
import type { Requests } from "./requests.js";
import type { Tokens } from "./tokens.js";

/** What the machine is waiting for. */
export type Phase =
  /** To be started. */
  | "idle"
  /** First of five: for a token. */
  | "obtaining-token"
  /** Second of five: for the transport. */
  | "opening"
  /** Third of five: hello was sent, for the welcome. */
  | "greeting"
  /** Fourth of five: for frames. */
  | "welcomed"
  /** Fifth of five: bye was sent, for the close. */
  | "leaving"
  /** Between two attempts, for the end of the pause. */
  | "pausing"
  /** To be told that it may connect again. */
  | "away"
  /** For nothing any more. */
  | "ended";

/** What the parts of a machine have in common: where it stands, what it wants done, and each other. */
export class Core {
  phase: Phase = "idle";
  state: ClientState = "offline";

  /** The transport that carries the session, or is to. Each has a number of its own. */
  connection = 0;
  advice: ReconnectAdvice = ADVICE_AT_FIRST;
  lastSent = 0;

  connecting!: Connecting;
  ladder!: Ladder;
  handover!: Handover;
  heartbeat!: Heartbeat;
  following!: Following;
  inflow!: Inflow;
  presences!: Presences;
  publishing!: Publishing;
  requests!: Requests;
  tokens!: Tokens;

  readonly #effects: Effect[] = [];
  #taken = 0;
  #lastId = 0;
  #lastConnection = 0;

  constructor(readonly options: MachineOptions, readonly chance: () => number) {
  }

  get isWelcomed(): boolean { return this.phase === "welcomed"; }

  /** Whether nothing can be asked of it any more. */
  get isOver(): boolean { return this.phase === "leaving" || this.phase === "ended"; }

  nextId(): number { return ++this.#lastId; }

  nextConnection(): number { return ++this.#lastConnection; }

  emit(effect: Effect): void { this.#effects.push(effect); }

  /** The oldest effect that was not taken yet. */
  take(): Effect | undefined {
    const effect = this.#effects[this.#taken];
    if (effect !== undefined) this.#taken++;
    if (this.#taken === this.#effects.length) {
      this.#effects.length = 0;
      this.#taken = 0;
    }
    return effect;
  }

  send(now: number, frame: ClientFrame, connection = this.connection): void {
    this.lastSent = now;
    this.emit({ kind: "send", connection, frame });
  }

  enter(state: ClientState, reason: string, code?: number): void {
    if (this.state === state) return;
    this.state = state;
    this.emit({ kind: "state", state, reason, ...(code !== undefined && { code }) });
  }

  /** How long to pause before the given attempt, in milliseconds. */
  pause(attempt: number): number {
    const own = this.options.reconnect;
    if (typeof own !== "function") return pauseOf(own ?? this.advice, attempt, this.chance());

    // A strategy that answers with nonsense must not make a circle of attempts.
    const pause = own(attempt);
    return Number.isFinite(pause) && pause >= 0 ? pause : pauseOf(this.advice, attempt, this.chance());
  }
}

/** How often a request is sent again after "later". Then the refusal is the answer. */
export const REFUSALS_MAX = 10;
