/** @throws {Error} Neither was one given, nor has this runtime one. */
export function webSocketOf(given) {
    const found = given ?? globalThis.WebSocket;
    if (!found)
        throw new Error("A WebSocket is expected; this runtime has none (Node has one from 22 on). Give one as the option webSocket, for example that of the package ws.");
    return found;
}
