import { jsonCodec, protobufCodec } from "../codec/codec.js";
import { HttpTransport } from "./http-transport.js";
import { poll } from "./poll.js";
import { sse } from "./sse.js";
import { findWebSocket } from "./web-socket.js";
import { WebSocketTransport } from "./web-socket-transport.js";
const ALL = ["websocket", "sse", "poll"];
/** @throws {TypeError} What is asked for cannot be meant, or this runtime does not have it. */
export function transportsOf({ transports: wanted, webSocket: given, fetch: givenFetch, encoding }) {
    const asked = wanted ?? ALL;
    if (asked.length === 0 || new Set(asked).size !== asked.length || !asked.every(name => ALL.includes(name))) {
        throw new TypeError(`transports is expected to be one or more of ${ALL.join(", ")}, each once; it is ${JSON.stringify(asked)}.`);
    }
    const webSocket = findWebSocket(given);
    const names = webSocket || wanted ? asked : asked.filter(name => name !== "websocket");
    if (!webSocket && names.includes("websocket")) {
        throw new TypeError("A WebSocket is expected; this runtime has none (Node has one from 22 on). Give one as the option webSocket, for example that of the package ws, or leave websocket out of transports.");
    }
    const codec = encoding === "protobuf" ? protobufCodec : jsonCodec;
    // A browser's own is refused when it is called as a method of something else.
    const fetch = givenFetch ?? ((...request) => globalThis.fetch(...request));
    return {
        names,
        open: (name, connection, address, host) => name === "websocket"
            ? new WebSocketTransport(connection, address, codec, webSocket, host)
            : new HttpTransport(connection, address, name === "sse" ? sse : poll, fetch, host),
    };
}
