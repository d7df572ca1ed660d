import { jsonCodec } from "../codec/codec.js";
import { messageOf } from "../errors.js";
import { linesOf } from "./body-lines.js";
import { httpAddress } from "./endpoint.js";
import { Pieces } from "./pieces.js";
import { Refusal, refusalOf } from "./refusal.js";
// Three bytes to a unit at most, and the server takes 1 MiB.
const POST_UNITS_MAX = 256 * 1024;
const FIRST_FRAME_MS = 5_000;
const LAST_WORDS_MS = 2_000;
// The server takes frames at once, and answers within half a minute or says that it cannot.
const TAKEN_WITHIN_MS = 15_000;
const ANSWERED_WITHIN_MS = 45_000;
/** Requests whose answers are still coming; a browser has few connections to a server. */
const ANSWERING_MAX = 3;
/**
 * The session protocol over plain HTTP: frames go up by POST, one request after the other so that their order holds, and what they ask for is answered there;
 * everything else comes down by the way that it is given. Always JSON.
 *
 * The welcome is handed over when the way down has shown that it works, and the way down has to show soon after that it holds no frames back.
 */
export class HttpTransport {
    connection;
    endpoint;
    #down;
    #fetch;
    #host;
    #waiting = [];
    #requests = new Set();
    #answering = new Set();
    #stopDown = new AbortController();
    #pieces = new Pieces(jsonCodec);
    /** What the welcome has announced: the way down says it once more, where it counts for others. */
    #announced = new Map();
    #headers = {};
    #welcoming = null;
    #isPosting = false;
    #isOver = false;
    #hasFrames = false;
    #silentMs = Infinity;
    #silence;
    #firstFrame;
    constructor(connection, endpoint, down, fetch, host) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.#down = down;
        this.#fetch = fetch;
        this.#host = host;
        // There is nothing to open: the hello finds out.
        queueMicrotask(() => { if (!this.#isOver)
            host.opened(this); });
    }
    enqueue(frame) { this.#waiting.push(frame); }
    flush() { if (!this.#isPosting && !this.#isOver && this.#waiting.length > 0)
        void this.#post(); }
    close() {
        if (this.#isOver)
            return;
        this.#over();
        const request = new AbortController();
        if (this.#waiting.length > 0 && "Realtime-Session" in this.#headers) {
            this.#requests.add(request);
            this.#fetchUp(this.#takeSome().body, request).then(({ body }) => body?.cancel()).catch(() => { }).finally(() => this.#requests.delete(request));
        }
        // What is on its way up may arrive; nobody waits for it.
        if (this.#requests.size > 0)
            setTimeout(() => this.#abortRequests(), LAST_WORDS_MS);
    }
    async #post() {
        this.#isPosting = true;
        try {
            while (this.#waiting.length > 0 && !this.#isOver)
                await this.#postSome(this.#takeSome());
        }
        catch (fault) {
            this.#end(fault);
        }
        finally {
            this.#isPosting = false;
        }
    }
    #takeSome() {
        let count = 0;
        let body = "";
        while (count < this.#waiting.length && body.length < POST_UNITS_MAX)
            body += `${jsonCodec.encodeClient([this.#waiting[count++]])}\n`;
        return { frames: this.#waiting.splice(0, count), body };
    }
    /** Through when the server has the frames: its answers may take their time, and the next frames need not wait for them. */
    async #postSome({ frames, body }) {
        const isGreeting = frames[0].kind === "hello";
        if (this.#answering.size >= ANSWERING_MAX)
            await Promise.race(this.#answering);
        if (this.#isOver)
            return;
        const request = new AbortController();
        this.#requests.add(request);
        let late = setTimeout(() => request.abort(new Error(`A request was not taken within ${TAKEN_WITHIN_MS} ms.`)), TAKEN_WITHIN_MS);
        const over = () => {
            clearTimeout(late);
            this.#requests.delete(request);
        };
        let answered;
        try {
            const response = await this.#fetchUp(body, request);
            if (response.status !== 200)
                throw await refusalOf(response, isGreeting);
            if (!response.body)
                throw new Refusal(undefined, "An answer with a body was expected; it has none.");
            clearTimeout(late);
            late = setTimeout(() => request.abort(new Error(`A request was not answered within ${ANSWERED_WITHIN_MS} ms.`)), ANSWERED_WITHIN_MS);
            answered = this.#readAnswers(response.body, new Set(frames.filter(isAnswered).map(({ id }) => id))).finally(over);
        }
        catch (fault) {
            over();
            throw fault;
        }
        if (isGreeting) {
            await answered;
            return;
        }
        this.#expectFrame();
        const answering = answered.catch((fault) => this.#end(fault)).finally(() => this.#answering.delete(answering));
        this.#answering.add(answering);
    }
    #fetchUp(body, request) {
        const page = globalThis.document;
        return this.#fetch(httpAddress(this.endpoint, "up"), {
            method: "POST",
            headers: { ...this.#headers, "Content-Type": "application/x-ndjson", Accept: "application/x-ndjson" },
            body,
            signal: request.signal,
            cache: "no-store",
            redirect: "error",
            // A page that is being left does not wait for what it says last.
            ...(page?.visibilityState === "hidden" && { keepalive: true }),
        });
    }
    async #readAnswers(body, unanswered) {
        for await (const line of linesOf(body)) {
            if (this.#isOver)
                return;
            for (const frame of jsonCodec.decodeServer(line)) {
                unanswered.delete(frame.id);
                if (frame.kind === "welcome")
                    this.#greeted(frame);
                // It counts where it stands among the events.
                else if (frame.kind !== "subscribed")
                    this.#host.received(this, this.#pieces.join([frame]));
            }
        }
        if (unanswered.size > 0 && !this.#isOver)
            throw new Refusal(undefined, `Answers to all of a request's frames were expected; ${unanswered.size} are missing.`);
    }
    #greeted(frame) {
        this.#welcoming = frame;
        this.#adopt(frame.body);
        void this.#follow();
    }
    #adopt({ session, subscriptions, heartbeatMs }) {
        this.#headers = { "Realtime-Session": `${session.id}; ${session.key}` };
        this.#announced.clear();
        for (const subscribed of subscriptions)
            this.#announced.set(subscribed.channel, subscribed);
        if (this.#down.isSteady && heartbeatMs > 0)
            this.#silentMs = 2 * heartbeatMs;
    }
    async #follow() {
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
    #heard() {
        if (this.#isOver)
            return;
        clearTimeout(this.#silence);
        this.#silence = this.#watch(this.#silentMs);
        const frame = this.#welcoming;
        this.#welcoming = null;
        if (frame)
            this.#host.received(this, [frame]);
    }
    /** The first that goes up after the welcome is a ping: if nothing comes down soon, bytes pass and frames do not. */
    #expectFrame() { if (this.#down.isSteady && !this.#hasFrames)
        this.#firstFrame ??= this.#watch(FIRST_FRAME_MS); }
    #received(frames) {
        if (this.#isOver)
            return;
        this.#hasFrames = true;
        clearTimeout(this.#firstFrame);
        if (frames.some(({ kind }) => kind === "welcome")) {
            // The server that the hello came to is not the one that answers here: what was asked for is known there only as of its last acks.
            this.#end(new Refusal(4_000, "the session was taken up anew on another way"));
            return;
        }
        const fresh = this.#pieces.join(frames).filter(frame => !this.#wasAnnounced(frame));
        if (fresh.length > 0)
            this.#host.received(this, fresh);
    }
    #wasAnnounced({ kind, body }) {
        if (kind !== "subscribed")
            return false;
        const said = this.#announced.get(body.channel);
        this.#announced.delete(body.channel);
        return said !== undefined && said.epoch === body.epoch && said.offset === body.offset;
    }
    /** Nothing for so long, although there should be something: what is on the way keeps it. */
    #watch(ms) {
        return ms === Infinity || this.#isOver ? undefined : setTimeout(() => this.#end(new Refusal(undefined, `Nothing came down for ${ms} ms; something on the way seems to hold it back.`), true), ms);
    }
    #end(fault, isBlocked = false) {
        if (this.#isOver)
            return;
        this.#over();
        this.#abortRequests();
        this.#host.disconnected(this, fault instanceof Refusal ? fault.code : undefined, messageOf(fault), isBlocked);
    }
    #over() {
        this.#isOver = true;
        clearTimeout(this.#silence);
        clearTimeout(this.#firstFrame);
        this.#stopDown.abort();
    }
    #abortRequests() { for (const request of this.#requests)
        request.abort(); }
}
/** Of a publish that nobody confirms nothing is heard, and of a bye the close that follows it. */
function isAnswered({ kind, id, body }) {
    return id !== 0 && kind !== "bye" && !(kind === "publish" && body.confirm === "none");
}
