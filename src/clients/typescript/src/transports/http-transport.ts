import { jsonCodec } from "../codec/codec.js";
import type { ClientFrame, ServerFrame, Subscribed, Welcome } from "../codec/frames.js";
import { messageOf } from "../errors.js";
import { linesOf } from "./body-lines.js";
import type { Downstream } from "./downstream.js";
import { httpAddress } from "./endpoint.js";
import { Pieces } from "./pieces.js";
import { Refusal, refusalOf } from "./refusal.js";
import type { Transport, TransportHost } from "./transport.js";

const POST_UNITS_MAX = 512 * 1024;
const FIRST_FRAME_MS = 5_000;
const LAST_WORDS_MS = 2_000;

type Welcoming = Extract<ServerFrame, { kind: "welcome" }>;

/**
 * The session protocol over plain HTTP: frames go up by POST, one request after the other so that their order holds, and what they ask for is answered there;
 * everything else comes down by the way that it is given. Always JSON.
 *
 * The welcome is handed over when the way down has shown that it works, and the way down has to show soon after that it holds no frames back.
 */
export class HttpTransport implements Transport {
  readonly #down: Downstream;
  readonly #fetch: typeof fetch;
  readonly #host: TransportHost;
  readonly #waiting: ClientFrame[] = [];
  readonly #stop = new AbortController();
  readonly #stopDown = new AbortController();
  readonly #pieces = new Pieces(jsonCodec);

  /** What the welcome has announced: the way down says it once more, where it counts for others. */
  readonly #announced = new Map<string, Subscribed>();
  #headers: Record<string, string> = {};
  #welcoming: Welcoming | null = null;
  #isPosting = false;
  #isOver = false;
  #hasFrames = false;
  #silentMs = Infinity;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly connection: number, readonly endpoint: string, down: Downstream, fetch: typeof globalThis.fetch, host: TransportHost) {
    this.#down = down;
    this.#fetch = fetch;
    this.#host = host;
    // There is nothing to open: the hello finds out.
    queueMicrotask(() => { if (!this.#isOver) host.opened(this); });
  }

  enqueue(frame: ClientFrame): void { this.#waiting.push(frame); }

  flush(): void { if (!this.#isPosting && !this.#isOver && this.#waiting.length > 0) void this.#post(); }

  close(): void {
    if (this.#isOver) return;

    this.#over();
    if (this.#waiting.length > 0 && "Realtime-Session" in this.#headers) this.#fetchUp(this.#waiting.splice(0)).then(({ body }) => body?.cancel()).catch(() => {});
    // What is on its way up may arrive; nobody waits for it.
    setTimeout(() => this.#stop.abort(), LAST_WORDS_MS);
  }

  async #post(): Promise<void> {
    this.#isPosting = true;
    try {
      while (this.#waiting.length > 0 && !this.#isOver) await this.#postSome(this.#takeSome());
    }
    catch (fault) {
      this.#end(fault);
    }
    finally {
      this.#isPosting = false;
    }
  }

  #takeSome(): ClientFrame[] {
    let count = 0;
    let units = 0;
    while (count < this.#waiting.length && (count === 0 || units < POST_UNITS_MAX)) units += jsonCodec.encodeClient([this.#waiting[count++]!]).length;
    return this.#waiting.splice(0, count);
  }

  /** Through when the server has the frames: its answers may take their time, and the next frames need not wait for them. */
  async #postSome(frames: ClientFrame[]): Promise<void> {
    const isGreeting = frames[0]!.kind === "hello";
    const response = await this.#fetchUp(frames);
    if (response.status !== 200) throw await refusalOf(response, isGreeting);
    if (!response.body) throw new Refusal(undefined, "An answer with a body was expected; it has none.");

    const answered = this.#readAnswers(response.body, new Set(frames.filter(isAnswered).map(({ id }) => id)));
    if (isGreeting) await answered;
    else answered.catch((fault: unknown) => this.#end(fault));
  }

  #fetchUp(frames: readonly ClientFrame[]): Promise<Response> {
    const page = (globalThis as { document?: { visibilityState: string } }).document;
    return this.#fetch(httpAddress(this.endpoint, "up"), {
      method: "POST",
      headers: { ...this.#headers, "Content-Type": "application/x-ndjson", Accept: "application/x-ndjson" },
      body: `${jsonCodec.encodeClient(frames) as string}\n`,
      signal: this.#stop.signal,
      cache: "no-store",
      redirect: "error",
      // A page that is being left does not wait for what it says last.
      ...(page?.visibilityState === "hidden" && { keepalive: true }),
    });
  }

  async #readAnswers(body: ReadableStream<Uint8Array>, unanswered: Set<number>): Promise<void> {
    for await (const line of linesOf(body)) {
      if (this.#isOver) return;
      for (const frame of jsonCodec.decodeServer(line)) {
        unanswered.delete(frame.id);
        if (frame.kind === "welcome") this.#greeted(frame);
        // It counts where it stands among the events.
        else if (frame.kind !== "subscribed") this.#host.received(this, this.#pieces.join([frame]));
      }
    }
    if (unanswered.size > 0 && !this.#isOver) throw new Refusal(undefined, `Answers to all of a request's frames were expected; ${unanswered.size} are missing.`);
  }

  #greeted(frame: Welcoming): void {
    this.#welcoming = frame;
    this.#adopt(frame.body);
    void this.#follow();
  }

  #adopt({ session, subscriptions, heartbeatMs }: Welcome): void {
    this.#headers = { "Realtime-Session": `${session.id}; ${session.key}` };
    this.#announced.clear();
    for (const subscribed of subscriptions) this.#announced.set(subscribed.channel, subscribed);
    if (this.#down.isSteady && heartbeatMs > 0) this.#silentMs = 2 * heartbeatMs;
  }

  async #follow(): Promise<void> {
    try {
      await this.#down.run({
        address: httpAddress(this.endpoint, this.#down.name),
        headers: this.#headers,
        fetch: this.#fetch,
        signal: this.#stopDown.signal,
        heard: () => this.#heard(),
        received: frames => this.#received(frames),
      });
      this.#end(new Refusal(undefined, "the stream has ended"));
    }
    catch (fault) {
      this.#end(fault);
    }
  }

  #heard(): void {
    if (this.#isOver) return;

    this.#watch(this.#silentMs);
    this.#welcome();
  }

  /** The way down works. What it carries from the welcome on is answered by a ping, whose pong has to come soon. */
  #welcome(): void {
    const frame = this.#welcoming;
    if (!frame) return;

    // Bytes that begin with another welcome bring it at once: see #received.
    this.#welcoming = null;
    this.#host.received(this, [frame]);
    if (this.#down.isSteady && !this.#hasFrames) this.#watch(FIRST_FRAME_MS);
  }

  #received(frames: ServerFrame[]): void {
    if (this.#isOver) return;

    if (!this.#hasFrames) this.#watch(this.#silentMs);
    this.#hasFrames = true;
    const fresh = this.#pieces.join(frames).filter(frame => !this.#wasAnnounced(frame));
    if (fresh.length > 0) this.#host.received(this, fresh);
  }

  #wasAnnounced({ kind, body }: ServerFrame): boolean {
    if (kind !== "subscribed") return false;
    const said = this.#announced.get(body.channel);
    this.#announced.delete(body.channel);
    return said !== undefined && said.epoch === body.epoch && said.offset === body.offset;
  }

  /** Nothing for so long, although there should be something: what is on the way keeps it. */
  #watch(ms: number): void {
    clearTimeout(this.#silence);
    if (ms === Infinity || this.#isOver) return;
    this.#silence = setTimeout(() => this.#end(new Refusal(undefined, `Nothing came down for ${ms} ms; something on the way seems to hold it back.`), true), ms);
  }

  #end(fault: unknown, isBlocked = false): void {
    if (this.#isOver) return;

    this.#over();
    this.#stop.abort();
    this.#host.disconnected(this, fault instanceof Refusal ? fault.code : undefined, messageOf(fault), isBlocked);
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#silence);
    this.#stopDown.abort();
  }
}

/** Of a publish that nobody confirms nothing is heard, and of a bye the close that follows it. */
function isAnswered({ kind, id, body }: ClientFrame): boolean {
  return id !== 0 && kind !== "bye" && !(kind === "publish" && body.confirm === "none");
}
