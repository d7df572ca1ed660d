import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { jsonCodec, protobufCodec, type Codec } from "../../src/codec/codec.js";
import type { ClientBodies, ClientFrame, EventBody, ServerBodies, ServerFrame, Subscribed } from "../../src/codec/frames.js";
import { Json } from "../../src/codec/json-value.js";

/** A real WebSocket server that says what a test tells it to. */
export class ScriptedServer {
  readonly #server: WebSocketServer;
  readonly #arrived: ServerConnection[] = [];
  readonly #waiting: ((connection: ServerConnection) => void)[] = [];

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", socket => {
      const connection = new ServerConnection(socket);
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#arrived.push(connection);
    });
  }

  static async start({ protocols = ["realtime.v1.json", "realtime.v1.proto"] } = {}): Promise<ScriptedServer> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: offered => protocols.find(protocol => offered.has(protocol)) ?? false });
    await once(server, "listening");
    return new ScriptedServer(server);
  }

  get endpoint(): string { return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; }

  /** The next connection that comes, or has come. */
  accept(): Promise<ServerConnection> {
    const arrived = this.#arrived.shift();
    return arrived ? Promise.resolve(arrived) : new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Accepts and welcomes the next one. */
  async welcome(options: Parameters<ServerConnection["welcome"]>[0] = {}): Promise<ServerConnection> {
    const connection = await this.accept();
    await connection.welcome(options);
    return connection;
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** The server's side of one connection. */
export class ServerConnection {
  readonly #socket: WebSocket;
  readonly #codec: Codec;
  readonly #frames: ClientFrame[] = [];
  readonly #heard: ClientFrame["kind"][] = [];
  #arrived: (() => void) | null = null;
  messages = 0;

  /** The code that it was closed with. */
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#codec = socket.protocol === "realtime.v1.proto" ? protobufCodec : jsonCodec;
    this.closed = once(socket, "close").then(([code]) => code as number);
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.messages++;
      const frames = this.#codec.decodeClient(isBinary ? new Uint8Array(data) : data.toString("utf8"));
      this.#frames.push(...frames);
      this.#heard.push(...frames.map(({ kind }) => kind));
      if (frames.some(({ kind }) => kind === "bye")) this.#leave();
      this.#arrived?.();
    });
  }

  /** The next frame of this kind; others before it are passed over. */
  async hears<K extends keyof ClientBodies>(kind: K): Promise<Extract<ClientFrame, { kind: K }>> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.kind === kind) return frame as Extract<ClientFrame, { kind: K }>;
      if (!frame) await new Promise<void>(resolve => { this.#arrived = resolve; });
    }
  }

  /** How many of this kind have come so far, passed over or not. */
  heard(kind: keyof ClientBodies): number { return this.#heard.filter(heard => heard === kind).length; }

  says<K extends keyof ServerBodies>(kind: K, body: ServerBodies[K], id = 0): void { this.saysAll([{ kind, id, body } as ServerFrame]); }

  saysAll(frames: ServerFrame[]): void { this.#socket.send(this.#codec.encodeServer(frames)); }

  saysRaw(text: string): void { this.#socket.send(text); }

  async welcome({ resumed = false, subscriptions = [] as Subscribed[], key = "key-1" } = {}): Promise<ClientBodies["hello"]> {
    const { id, body } = await this.hears("hello");
    this.says("welcome", {
      connection: "c-1", session: { id: "s-1", key, resumed }, node: "n1", time: 0, heartbeatMs: 25_000, limits: { frameBytes: 65_536, subscriptions: 200 },
      reconnect: { minMs: 1, maxMs: 20, factor: 1.5, jitter: 1 }, subscriptions,
    }, id);
    return body;
  }

  /** Takes up the next channel that is asked for. */
  async takesUp(offset = 0, head = offset): Promise<string> {
    const { id, body: { channel } } = await this.hears("subscribe");
    this.says("subscribed", { channel, epoch: "e1", offset, head, recovered: "none" }, id);
    return channel;
  }

  saysEvents(channel: string, ...offsets: number[]): void {
    this.saysAll(offsets.map(offset => ({ kind: "event", id: 0, body: event(channel, offset) }) as const));
  }

  async takesPublish(): Promise<Extract<ClientFrame, { kind: "publish" }>> {
    const frame = await this.hears("publish");
    this.says("receipt", { status: "persisted", channel: frame.body.channel, epoch: "e1", offset: frame.body.producer!.sequence, hash: "00", duplicate: false }, frame.id);
    return frame;
  }

  #leave(): void {
    this.says("close", { code: 4001, reason: "bye", afterMs: 0 });
    this.close(4001, "bye");
  }

  close(code: number, reason = ""): void { this.#socket.close(code, reason); }

  /** As when the network is gone. */
  cut(): void { this.#socket.terminate(); }
}

export function event(channel: string, offset: number, data: unknown = { n: offset }): EventBody {
  return { channel, offset, id: `e1-${offset}`, type: "numbered", time: 1_795_000_000_000 + offset, priority: "normal", source: "office", user: "u1", session: "s-9", correlationId: "c", data: Json.of(data) };
}
