import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How the server is started: the path of its program, or a command with arguments. Undefined: the tests that need it are skipped. */
export const serverCommand: string | undefined = process.env["REALTIME_SERVER"]?.trim() || undefined;

/** An event as the log has it, read over HTTP. */
export interface LoggedEvent { offset: number; id: string; type: string; data: unknown; hash: string }

/** One on which the server can be started again, too: below those that the system gives to whoever asks for any, as another test may while the server is dead. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const taken = createServer();
    const isFree = await new Promise<boolean>(resolve => taken.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)));
    if (!isFree) continue;
    await new Promise(resolve => taken.close(resolve));
    return port;
  }
}

/** The built server as a process of its own, on a free port of the loopback and with data of its own. It can be killed as a power cut would, and started again on the same port and data. */
export class ServerProcess {
  readonly #directory = mkdtempSync(join(tmpdir(), "realtime-ts-"));
  readonly #said: string[] = [];
  #process: ChildProcess | null = null;
  #port = 0;

  private constructor(private settings: readonly string[]) {
  }

  static async start(...settings: string[]): Promise<ServerProcess> {
    const server = new ServerProcess(settings);
    server.#port = await freePort();
    await server.restart();
    return server;
  }

  get endpoint(): string { return `http://127.0.0.1:${this.#port}`; }
  get directory(): string { return this.#directory; }

  /** Starts it again after it ended, with other settings where they are given, and waits until it listens. */
  async restart(...changed: string[]): Promise<void> {
    if (changed.length > 0) this.settings = changed;
    const [program, ...first] = existsSync(serverCommand!) ? [serverCommand!] : serverCommand!.split(/\s+/);
    const settings = [`realtime.http.port=${this.#port}`, `realtime.data-directory=${this.#directory}`, "realtime.machine-figures.enabled=false", ...this.settings];
    const child = spawn(program!, [...first, ...settings.flatMap(setting => ["--set", setting])], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    child.stderr!.on("data", (data: Buffer) => this.#keep(data.toString()));
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", code => reject(new Error(`The server is expected to listen; it ended with ${code} and said:\n${this.#said.join("\n")}`)));
      createInterface({ input: child.stdout! }).on("line", line => {
        this.#keep(line);
        const listens = /^Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
        if (!listens) return;
        this.#port = Number(listens[1]);
        resolve();
      });
    });
  }

  /** SIGKILL: it gets no chance to finish anything. */
  kill(): Promise<void> { return this.#end("SIGKILL"); }

  /** SIGTERM: it is asked to stop. */
  stop(): Promise<void> { return this.#end("SIGTERM"); }

  /** The whole log of a channel. */
  async log(channel: string): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for (let from: string | number | null = "earliest"; from !== null;) {
      const answer = await fetch(`${this.endpoint}/v1/channels/${channel}/events?from=${from}&limit=1000`);
      const page = await answer.json() as { items: LoggedEvent[]; next: number | null };
      events.push(...page.items);
      from = page.next;
    }
    return events;
  }

  async dispose(): Promise<void> {
    if (this.#process && this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
    rmSync(this.#directory, { recursive: true });
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const gone = once(this.#process!, "exit");
    this.#process!.kill(signal);
    await gone;
  }

  #keep(text: string): void {
    this.#said.push(text);
    if (this.#said.length > 1_000) this.#said.shift();
  }
}
