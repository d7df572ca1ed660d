/**
 * The address of a server's WebSocket: `http` is read as `ws`, without a path it is `/v1/ws`, and in a browser it may be relative to the page.
 * @throws {TypeError} It is no such address.
 */
export function webSocketAddress(endpoint) {
    const page = globalThis.location?.href;
    let address;
    try {
        address = new URL(endpoint, page?.startsWith("http") ? page : undefined);
    }
    catch {
        throw new TypeError(`An endpoint is expected to be an absolute ws, wss, http or https address; ${JSON.stringify(String(endpoint))} is none.`);
    }
    if (address.protocol === "http:")
        address.protocol = "ws:";
    else if (address.protocol === "https:")
        address.protocol = "wss:";
    if (address.protocol !== "ws:" && address.protocol !== "wss:")
        throw new TypeError(`An endpoint is expected to be a ws, wss, http or https address; ${address.protocol} is none of them.`);
    if (address.username !== "" || address.password !== "")
        throw new TypeError("An endpoint is expected to have no user and no password in it; give a token to connect() instead.");
    if (address.pathname === "/")
        address.pathname = "/v1/ws";
    address.hash = "";
    return address.href;
}
/** What stands beside a server's WebSocket: for `wss://host/v1/ws` and `sse` it is `https://host/v1/sse`. */
export function httpAddress(webSocket, name) {
    const address = new URL(name, webSocket);
    address.protocol = address.protocol === "wss:" ? "https:" : "http:";
    return address;
}
/** Where a server sends its clients to. What was encrypted is not sent to where it is not. */
export function redirectAddress(endpoint, present) {
    const address = webSocketAddress(new URL(endpoint, present));
    if (present.startsWith("wss:") && !address.startsWith("wss:"))
        throw new TypeError("The server sent its clients from wss to ws, where others could listen.");
    return address;
}
