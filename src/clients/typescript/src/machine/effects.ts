import type { ClientFrame, EventBody, ServerBodies, SessionTicket, Welcome } from "../codec/frames.js";
import type { Followed } from "./followed.js";
import type { TransportName } from "./ladder.js";
import type { Notice } from "./notices.js";
import type { Outcome } from "./outcomes.js";
import type { SeenPresence } from "./seen-members.js";

/** Where a client stands. */
export type ClientState =
  /** On its way to the first welcome, however many attempts it takes. */
  | "connecting"
  /** Welcomed. What is followed is resumed, or being so: the notices say which. */
  | "connected"
  /** Was connected before and is on its way back. */
  | "reconnecting"
  /** Not started, or told to stay away from the network, or the network is said to be gone. What is published waits. */
  | "offline"
  /** Ended, by the application or by a refusal that no further attempt can change. */
  | "closed";

/** An event on its way to the application: given to it once, and given back once. */
export interface Delivery {
  readonly followed: Followed;
  readonly epoch: string;
  readonly event: EventBody;

  /** Whether it was in the log already when the server took the channel up last. */
  readonly isReplay: boolean;

  /** Which of the channel's restarts it belongs to: an ack of another one says nothing about this one. */
  readonly life: number;

  /** Whether the application could not process it: then it is not acked by being handled. */
  isNacked: boolean;

  /** Whether its credit was given back. */
  isSettled: boolean;
}

/** What a machine wants done, in the order in which it is to be done. */
export type Effect =
  /** Open a transport; answered by `opened` or `disconnected` with the same number. Others stay open until they are closed. */
  | { readonly kind: "open"; readonly connection: number; readonly endpoint: string; readonly transport: TransportName }
  | { readonly kind: "send"; readonly connection: number; readonly frame: ClientFrame }
  /** Close this transport after what was sent on it; nothing of it matters any more. */
  | { readonly kind: "close"; readonly connection: number; readonly reason: string }
  /** Answered by `tokenObtained` or `tokenFailed`. */
  | { readonly kind: "obtain-token" }
  /** The session has a new key. Store it before what follows is carried out: the first frame sent after it retires the former key. */
  | { readonly kind: "session"; readonly ticket: SessionTicket; readonly welcome: Welcome; readonly transport: TransportName }
  /** Hand an event to the application: once per offset. Answered by `handled` or `released`. */
  | { readonly kind: "deliver"; readonly delivery: Delivery }
  /** A part of the snapshot of a state that is followed. What was taken of another one before the last `started` is void. */
  | { readonly kind: "snapshot"; readonly followed: Followed; readonly part: ServerBodies["state"] }
  /** A change after the snapshot: each once and in order. It is handled when it is taken. */
  | { readonly kind: "change"; readonly followed: Followed; readonly change: ServerBodies["change"] }
  /** A state that is followed has come further without a change: what is left out or of no effect was passed over. */
  | { readonly kind: "passed"; readonly followed: Followed }
  /** Who is there in a channel is this now. */
  | { readonly kind: "presence"; readonly channel: string; readonly seen: SeenPresence }
  /** The server does not let this client be there, or be told who is, any longer. */
  | { readonly kind: "presence-lost"; readonly channel: string; readonly code: number; readonly reason: string }
  | { readonly kind: "notify"; readonly followed: Followed; readonly notice: Notice }
  | { readonly kind: "complete"; readonly request: number; readonly outcome: Outcome }
  /** The connection is gone, or none came about; the next attempt follows after a pause. */
  | { readonly kind: "retry"; readonly attempt: number; readonly pauseMs: number; readonly reason: string; readonly code?: number }
  | { readonly kind: "state"; readonly state: ClientState; readonly reason: string; readonly code?: number };
