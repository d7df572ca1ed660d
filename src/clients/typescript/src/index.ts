export { RealTimeClient } from "./client.js";
export { RealTimeError, type ErrorKind } from "./errors.js";
export type { ClientEvents, ConnectionInfo } from "./events.js";
export type { ClientState } from "./machine/effects.js";
export type { TransportName } from "./machine/ladder.js";
export type { Notice } from "./machine/notices.js";
export type { RejectReason } from "./machine/outcomes.js";
export type { PublishOptions, RealTimeClientOptions, ReconnectPauses, ReconnectStrategy, SubscribeOptions } from "./options.js";
export type { EventMessage, Receipt } from "./publishing.js";
export { Presence } from "./presence/presence.js";
export type { PresenceChange, PresenceEvents, PresenceMember, PresencePage, PresenceSnapshot } from "./presence/presence-types.js";
export type { EventPage } from "./reading.js";
export { ReceivedEvent, type EventMetadata } from "./received-event.js";
export type { TokenSource } from "./running/driver.js";
export type { WebSocketConstructor, WebSocketLike } from "./transports/web-socket.js";
export { MemorySessionStore, WebStorageSessionStore, type SessionStore, type TextStorage } from "./sessions/session-store.js";
export { Subscription, type Position, type SubscriptionState } from "./subscription.js";
export { Json } from "./codec/json-value.js";
export type {
  AckMode, Confirm, DeliveryOrder, Filter, From, LogPosition, OffsetRange, OverflowPolicy, Priority, ReceiptStatus, Recovered, SessionTicket, Shape,
} from "./codec/frames.js";
export { commitmentOf, hashOf, NO_HASH, type HashedEvent } from "./hash.js";
export { verifyProof, type Checkpoint, type ProofVerdict } from "./proof.js";
export { SharedState } from "./state/shared-state.js";
export type {
  MutateOptions, MutationOutcome, MutationResult, PendingMutation, SharedStateEvents, SharedStateOptions, SharedStateState, StateChanged, StateEntry,
} from "./state/shared-state-types.js";
export type { MutationOperation } from "./state/foresight.js";
export type { MutationRecord } from "./state/mutation-record.js";
export { MemoryMutationStore, type MutationPlace, type MutationStore } from "./state/mutation-store.js";
export { WebStorageMutationStore, type ListedStorage, type Locks } from "./state/web-storage-mutation-store.js";
