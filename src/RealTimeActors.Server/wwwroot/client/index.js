export { RealTimeClient } from "./client.js";
export { RealTimeError } from "./errors.js";
export { ReceivedEvent } from "./received-event.js";
export { MemorySessionStore, WebStorageSessionStore } from "./sessions/session-store.js";
export { Subscription } from "./subscription.js";
export { Json } from "./codec/json-value.js";
export { commitmentOf, hashOf, NO_HASH } from "./hash.js";
export { verifyProof } from "./proof.js";
