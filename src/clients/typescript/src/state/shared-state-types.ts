import type { RealTimeError } from "../errors.js";
import type { Notice } from "../machine/notices.js";
import type { MutationOperation } from "./foresight.js";
import type { MutationStore } from "./mutation-store.js";

/** How the state of a channel is followed. */
export interface SharedStateOptions {
  /** The top-level fields of the values that are wanted, at most 64. Default: all. */
  readonly fields?: readonly string[];

  /** Whether who is there is told, too, by `client.presence()`. Whoever is there himself is told in any case. */
  readonly presence?: "count" | "members";

  /** Keeps mutations that are not answered yet. Default: the `mutationStore` of the client. */
  readonly store?: MutationStore;

  /** The most mutations that may wait for their answers; one more is rejected (`queue-full`). Default 1,000. */
  readonly mutationsMax?: number;

  /** The most bytes of them. Default 1 MiB, which leaves room in the `localStorage` of an origin. */
  readonly mutationsBytesMax?: number;

  /** Told of resets, interruptions and lag, in order with the changes. */
  readonly noticed?: (notice: Notice) => void;
}

/** Under which condition a mutation counts. */
export interface MutateOptions {
  /** Rejected unless this is the present version; 0: unless the key is not there. */
  readonly ifVersion?: number;

  /** Rejected if somebody else has changed the key since the version that is shown; own mutations that wait are no obstacle. */
  readonly ifUnchanged?: boolean;
}

/** Where a shared state stands. */
export type SharedStateState =
  /** The server has not taken it up on this connection. What is shown is what was known before. */
  | "waiting"
  /** Its snapshot is coming in. */
  | "loading"
  /** Changes come as they are made. */
  | "live"
  /** The server has dropped it for now; it is asked for again by itself. */
  | "interrupted"
  | "ended";

/** A mutation that is not answered yet. */
export interface PendingMutation {
  readonly mutationId: string;
  readonly key: string;
  readonly operation: MutationOperation;
  readonly value: unknown;
  readonly time: Date;

  /** The version that it was made on; undefined where that is not known. */
  readonly baseVersion: number | undefined;

  /** Whether it may have reached the server. */
  readonly isSent: boolean;

  /** Whether a former page or process made it. */
  readonly wasLeft: boolean;
}

/** A key as it is shown. */
export interface StateEntry<T = unknown> {
  readonly key: string;

  /** What is confirmed, and on top of it the mutations that wait. Nobody can change it. */
  readonly value: T;

  /** The version that is confirmed; 0: none is. */
  readonly version: number;

  /** The value that is confirmed; undefined: none is. */
  readonly confirmed: T | undefined;
  readonly pending: readonly PendingMutation[];
}

/** What became of a mutation. */
export type MutationResult =
  /** As it was asked for. */
  | "applied"
  /** It is part of the value, which is not quite what was asked for: the rules have joined it with what others did. */
  | "merged"
  /** What somebody else did counts, by the rules. The log has it all the same, and who won. */
  | "superseded"
  /** It is in no log. */
  | "rejected";

/** The answer to a mutation. Once it is there, the view has nothing of what was foreseen any more, and shows what counts. */
export interface MutationOutcome<T = unknown> {
  readonly result: MutationResult;
  readonly mutationId: string;
  readonly key: string;
  readonly operation: MutationOperation;

  /** What was asked for. */
  readonly asked: unknown;

  /** The present version of the key. */
  readonly version: number;

  /** The present value of the key; undefined: it is not there. */
  readonly value: T | undefined;

  /** Why it was superseded or rejected, for people. */
  readonly reason?: string;

  /** Where it stands in the log; 0: it is in none. */
  readonly offset: number;

  /** The life of that log. */
  readonly epoch?: string;

  /** It had been decided before, by an earlier sending. */
  readonly duplicate: boolean;

  /** Whether a former page or process made it. */
  readonly wasLeft: boolean;

  /** The store could not let go of it: a later page or process may send it once more, and be told something else. */
  readonly isStillKept?: true;
}

/** Some keys are to be looked at again. */
export interface StateChanged {
  readonly keys: ReadonlySet<string>;

  /**
   * `edit`: of this client, not answered yet · `server`: somebody's change, or the own one confirmed · `outcome`: an answer has come · `snapshot`: all of it is
   * there, for the first time or anew · `left`: what a former page or process could not send.
   */
  readonly cause: "edit" | "server" | "outcome" | "snapshot" | "left";
  readonly mutationId?: string;

  /** Who made the change, where that is known. */
  readonly user?: string;
  readonly offset?: number;

  /** How many mutations that wait were done again on top of it. */
  readonly rebased: number;
}

/** What a shared state tells its listeners. */
export type SharedStateEvents<T = unknown> = {
  changed: StateChanged;
  outcome: MutationOutcome<T>;

  /** A mutation was refused, or could not be sent; the view does without it. Its promise says the same. */
  failed: { readonly mutation: PendingMutation; readonly error: RealTimeError };
  state: { readonly state: SharedStateState; readonly reason?: string };
};
