import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** What something between a client and its server does to a way. */
export type Treatment =
  /** Lets it pass. */
  | "passes"
  /** Answers 403 in the server's place. */
  | "refuses"
  /** Takes it and says nothing. */
  | "swallows"
  /** Hands an answer over when it is complete, which a stream never is. */
  | "gathers"
  /** Hands over how an answer begins, and gathers the rest. */
  | "stalls";

/** A real proxy between a client and a server, as they stand in offices: it knows HTTP, and treats some of it in its own way. */
export class Proxy {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  /** How many more answers to what went up are lost on their way. */
  answersToLose = 0;
  #bytesLeft = Infinity;
  #toSay: (() => string) | null = null;
  #newest: ServerResponse | null = null;
  webSockets: Treatment = "passes";
  streams: Treatment = "passes";
  polls: Treatment = "passes";

  /** The kinds of ways that were asked for, in their order. */
  readonly asked: string[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
    this.#server.on("upgrade", (asked: IncomingMessage, socket: Socket, head: Buffer) => this.#upgrade(asked, socket, head));
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
  }

  static async before(target: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get endpoint(): string { return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; }

  /** Breaks everything that passes just now, as when a cable is pulled. */
  cut(): void { for (const socket of this.#sockets) socket.destroy(); }

  /** Breaks the stream that is open, or the next one, when so many more bytes of it have passed. */
  cutAfterBytes(count: number): void { this.#bytesLeft = count; }

  /** Says something between two events of the stream that is open, in the server's place. */
  saysInStream(frame: object): Promise<void> { return new Promise(resolve => { this.#toSay = () => { resolve(); return `data: ${JSON.stringify(frame)}\n\n`; }; }); }

  async stop(): Promise<void> {
    this.cut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { pathname } = new URL(asked.url!, this.endpoint);
    const treatment = pathname === "/v1/sse" ? this.streams : pathname === "/v1/poll" ? this.polls : "passes";
    this.asked.push(pathname.slice("/v1/".length));
    if (treatment === "refuses") {
      answer.writeHead(403, { "Content-Type": "text/html" }).end("<h1>Not from here</h1>");
      return;
    }
    if (treatment === "swallows") return;

    const onward = request({ host: this.#target.hostname, port: this.#target.port, method: asked.method, path: asked.url, headers: asked.headers }, came => {
      const parts: Buffer[] = [];
      if (pathname === "/v1/up" && this.answersToLose > 0) {
        this.answersToLose--;
        came.on("end", () => answer.destroy()).resume();
      }
      else if (treatment === "stalls") {
        answer.writeHead(came.statusCode!, came.headers);
        came.once("data", (part: Buffer) => answer.write(part));
      }
      else if (treatment === "gathers") {
        came.on("data", (part: Buffer) => parts.push(part));
        came.on("end", () => answer.writeHead(came.statusCode!, came.headers).end(Buffer.concat(parts)));
      }
      else {
        answer.writeHead(came.statusCode!, came.headers);
        answer.flushHeaders();
        if (pathname === "/v1/sse") {
          this.#newest = answer;
          came.on("data", (part: Buffer) => this.#count(part, came, answer));
        }
        else came.pipe(answer);
        came.on("end", () => answer.end());
      }
      came.on("error", () => answer.destroy());
    });
    onward.on("socket", socket => this.#keep(socket));
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }

  #count(part: Buffer, came: IncomingMessage, answer: ServerResponse): void {
    const isLast = part.length >= this.#bytesLeft;
    // What was written before the end arrives.
    answer.write(part.subarray(0, this.#bytesLeft), () => { if (isLast) answer.destroy(); });
    this.#bytesLeft = isLast ? Infinity : this.#bytesLeft - part.length;
    if (isLast) came.removeAllListeners("data").pause();
    else if (this.#toSay && answer === this.#newest && part.subarray(-2).toString() === "\n\n") {
      answer.write(this.#toSay());
      this.#toSay = null;
    }
  }

  #upgrade(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    this.asked.push("ws");
    if (this.webSockets === "refuses") {
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    if (this.webSockets !== "passes") return;

    const onward = connect(Number(this.#target.port), this.#target.hostname);
    this.#keep(onward);
    const headers = asked.rawHeaders.flatMap((name, i) => i % 2 === 0 ? [`${name}: ${asked.rawHeaders[i + 1]}`] : []);
    onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
