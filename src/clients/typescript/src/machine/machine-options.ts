import type { ReconnectAdvice } from "../codec/frames.js";
import type { TransportName } from "./ladder.js";

/** What a machine is told once, at its birth. Times are milliseconds. */
export interface MachineOptions {
  /** Where to connect to; the next one is tried when one cannot be reached or sends the client elsewhere. Opaque to the machine. At least one. */
  readonly endpoints: readonly string[];

  /** The ways that may be used, the best first. At least one. */
  readonly transports: readonly TransportName[];

  /** The one to begin with, where it is known to work; undefined: the best. */
  readonly transportFirst: TransportName | undefined;

  /** Where there are several: how long one may take to open, and how long for its first answer, before it is given up for the next. */
  readonly transportWithinMs: number;

  /** The most bytes that one frame of the server is to have; longer ones come in pieces. 0: they come whole. */
  readonly pieceBytes: number;

  /** `name/version`, for the server's logs. */
  readonly clientName: string;

  /** The most events that may be on their way to, or waiting in, the application; undefined: not counted. 1 … 1,000,000. */
  readonly creditWindow: number | undefined;

  /** How long acks are gathered before they leave, one frame per channel. 0: each leaves at once. */
  readonly ackDelayMs: number;

  /** The most publishes that may wait for their answers; one more is rejected. */
  readonly outboxCountMax: number;

  /** The most bytes of publishes that may wait for their answers; what would exceed it is rejected. */
  readonly outboxBytesMax: number;

  /** Publishes of one channel that may be unanswered at a time; more wait. Never above the 1,000 that a channel remembers per producer, or a repeat after a
   * lost answer could no longer be recognised. */
  readonly channelInFlightMax: number;

  /** The most reads and refreshes that may wait for their answers; one more is rejected. */
  readonly requestsMax: number;

  /** How long a publish may go unanswered, reconnects included; undefined: as long as it takes. */
  readonly publishWithinMs: number | undefined;

  /** How long a read or a refresh may go unanswered, reconnects included. */
  readonly requestWithinMs: number;

  /** How long opening a transport, and how long obtaining a token, may take. */
  readonly openWithinMs: number;

  /** How long after opening the welcome may take, after it the answer to a subscription of the hello, and a sign of life that was asked for. */
  readonly answerWithinMs: number;

  /** How long a bye waits for its close. */
  readonly closeWithinMs: number;

  /** How long a welcomed connection must have lasted for its loss to be answered by the shortest pause again. */
  readonly stableAfterMs: number;

  /** How long to pause between attempts; undefined: as the server advises. A function is asked with the number of the attempt, 0 for the first. */
  readonly reconnect: ReconnectAdvice | ((attempt: number) => number) | undefined;
}

export const machineDefaults: MachineOptions = {
  endpoints: [],
  transports: ["websocket"],
  transportFirst: undefined,
  transportWithinMs: 5_000,
  pieceBytes: 0,
  clientName: "typescript/1",
  creditWindow: 1_024,
  ackDelayMs: 25,
  outboxCountMax: 10_000,
  outboxBytesMax: 16 * 1024 * 1024,
  channelInFlightMax: 1_000,
  requestsMax: 100,
  publishWithinMs: undefined,
  requestWithinMs: 30_000,
  openWithinMs: 10_000,
  answerWithinMs: 10_000,
  closeWithinMs: 2_000,
  stableAfterMs: 1_000,
  reconnect: undefined,
};
