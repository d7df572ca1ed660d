import { messageOf } from "../errors.js";
import { Pieces } from "./pieces.js";
const MESSAGE_UNITS_FULL = 64 * 1024;
const CLOSE_WITHIN_MS = 1_000;
const REASON_CHARS_MAX = 40;
/** One WebSocket, in either encoding. */
export class WebSocketTransport {
    connection;
    endpoint;
    #codec;
    #host;
    #pieces;
    #waiting = [];
    #socket = null;
    #isOpen = false;
    constructor(connection, endpoint, codec, webSocket, host) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.#codec = codec;
        this.#pieces = new Pieces(codec);
        this.#host = host;
        let socket;
        try {
            socket = new webSocket(endpoint, codec.subprotocol);
        }
        catch (fault) {
            queueMicrotask(() => this.#end(undefined, messageOf(fault)));
            return;
        }
        this.#socket = socket;
        socket.binaryType = "arraybuffer";
        socket.onopen = () => this.#opened(socket);
        socket.onmessage = ({ data }) => this.#received(data);
        // What it says follows as a close; of errors browsers tell nothing.
        socket.onerror = ({ message }) => { this.#error = message; };
        socket.onclose = ({ code, reason }) => this.#end(code === 1005 || code === 1006 ? undefined : code, reason || this.#error || "the connection has ended");
    }
    #error;
    enqueue(frame) { this.#waiting.push(frame); }
    flush() {
        if (!this.#isOpen || this.#waiting.length === 0)
            return;
        let parts = [];
        let units = 0;
        for (const frame of this.#waiting.splice(0)) {
            const part = this.#codec.encodeClient([frame]);
            if (units > 0 && units + part.length > MESSAGE_UNITS_FULL) {
                this.#socket.send(this.#codec.join(parts));
                parts = [];
                units = 0;
            }
            parts.push(part);
            units += part.length;
        }
        this.#socket.send(parts.length === 1 ? parts[0] : this.#codec.join(parts));
    }
    close(code, reason) {
        const socket = this.#socket;
        if (!socket)
            return;
        this.flush();
        this.#forget();
        try {
            socket.close(code, reason.length > REASON_CHARS_MAX ? "" : reason.replace(/[^ -~]/g, ""));
        }
        catch {
            socket.close();
        }
        // A peer that is gone never answers the close, and ws would keep the process alive for half a minute.
        if (socket.terminate)
            setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
    }
    #opened(socket) {
        if (socket.protocol !== this.#codec.subprotocol) {
            const chosen = socket.protocol === "" ? "none" : socket.protocol;
            this.close(1000, "wrong subprotocol");
            this.#host.disconnected(this, undefined, `The server was expected to speak ${this.#codec.subprotocol}; it chose ${chosen}. Is ${this.endpoint} the right address?`);
            return;
        }
        this.#isOpen = true;
        this.#host.opened(this);
    }
    #received(data) {
        let frames;
        try {
            frames = this.#pieces.join(this.#codec.decodeServer(typeof data === "string" ? data : new Uint8Array(data)));
        }
        catch (fault) {
            this.close(3000, "not the contract");
            this.#host.disconnected(this, undefined, `What the server sent cannot be read: ${messageOf(fault)}`);
            return;
        }
        this.#host.received(this, frames);
    }
    #end(code, reason) {
        this.#forget();
        this.#host.disconnected(this, code, reason);
    }
    #forget() {
        const socket = this.#socket;
        this.#socket = null;
        this.#isOpen = false;
        if (!socket)
            return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        // ws throws errors that nobody listens to.
        socket.onerror = () => { };
    }
}
