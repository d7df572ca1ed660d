/** The one that was given, or that this runtime has; undefined: neither. */
export function findWebSocket(given) {
    return given ?? globalThis.WebSocket;
}
