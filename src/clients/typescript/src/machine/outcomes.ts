import type { PageBody, ReceiptBody, ServerBodies } from "../codec/frames.js";

/** Why a client did not send a request. */
export type RejectReason =
  /** As many publishes, or bytes of them, as the outbox may hold are waiting for their answers. */
  | "outbox-full"
  /** As many reads, or states of presence, as may wait for their answers are waiting. */
  | "too-many-requests"
  /** As many mutations, or bytes of them, as a shared state may hold are waiting for their answers. */
  | "queue-full"
  /** The condition is about a state that has not come yet. */
  | "not-loaded"
  /** A frame of this size is not taken by the server. */
  | "too-large"
  /** The client is closed. */
  | "closed"
  /** Its time ran out, or the application withdrew it, before it was ever sent. */
  | "withdrawn";

/** How a publish, a mutation, a read, a refresh or a word of presence ended. Every one of them ends in exactly one of these. */
export type Outcome =
  /** The channel's answer to a publish. */
  | { readonly kind: "published"; readonly receipt: ReceiptBody }
  /** A publish that nobody confirms was handed to a connection. Nothing more will be known of it. */
  | { readonly kind: "sent" }
  /** What the channel has decided about a mutation. */
  | { readonly kind: "mutated"; readonly mutated: ServerBodies["mutated"] }
  | { readonly kind: "paged"; readonly page: PageBody }
  /** A refresh, or what the client says of itself, was accepted. */
  | { readonly kind: "done" }
  /** The server said no. `mayBeInLog`: an earlier sending of the same publish may nevertheless have been appended; its answer was lost. */
  | { readonly kind: "refused"; readonly code: number; readonly message: string; readonly mayBeInLog: boolean }
  /** The client did not even send it. It is in no log. */
  | { readonly kind: "rejected"; readonly reason: RejectReason; readonly message: string }
  /** It was sent, and no answer came before the client gave up: it may or may not be in the log. */
  | { readonly kind: "unresolved"; readonly message: string };
