import type { Recovered } from "../codec/frames.js";

/** What an application should know of a channel that it follows besides its events; they come in order with these. */
export type Notice =
  /** The server has taken it up, for the first time or again. The events after `offset` follow; what is up to `head` is replay. Of a state: whether its snapshot follows first. */
  | { readonly kind: "started"; readonly channel: string; readonly epoch: string; readonly offset: number; readonly head: number; readonly recovered: Recovered; readonly snapshot?: boolean }
  /** These offsets are lost to this subscription. The reason is the server's; `missing`: it did not say a word. */
  | { readonly kind: "gap"; readonly channel: string; readonly from: number; readonly to: number; readonly reason: string }
  /** The log began another life: what was built from its events is no longer true. The replay from the earliest follows. */
  | { readonly kind: "reset"; readonly channel: string; readonly epoch: string; readonly reason: string }
  /** How far it is behind, and what is done about it: catchUp, conflating, live. */
  | { readonly kind: "lag"; readonly channel: string; readonly behind: number; readonly mode: string }
  /** The server has dropped it for now; it is asked for again by itself, from where it stands. */
  | { readonly kind: "interrupted"; readonly channel: string; readonly code: number; readonly reason: string }
  /** It is over: refused, or ended by the server or with the client. The last of its notices. The code is one of a request (100 …), of unsubscribed (2000 …) or of a close (4000 …). */
  | { readonly kind: "ended"; readonly channel: string; readonly code: number; readonly reason: string };
