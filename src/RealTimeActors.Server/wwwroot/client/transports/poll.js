import { jsonCodec } from "../codec/codec.js";
import { Refusal, refusalOf } from "./refusal.js";
const WAIT_S = 25;
const GRACE_MS = 10_000;
/** Down by one request after the other, each of which waits at the server until there is something. A batch whose answer was lost is asked for again. */
export const poll = {
    name: "poll",
    isSteady: false,
    async run(host) {
        let cursor = "";
        let waitS = 0;
        let wasLost = false;
        while (!host.signal.aborted) {
            let batch;
            try {
                batch = await ask(host, waitS, cursor);
                wasLost = false;
            }
            catch (fault) {
                if (fault instanceof Refusal || wasLost || cursor === "")
                    throw fault;
                wasLost = true;
                continue;
            }
            cursor = batch.next;
            host.heard();
            if (batch.text !== "")
                host.received(jsonCodec.decodeServer(batch.text));
            // The first answer comes at once, so that it is known soon whether this way works.
            waitS = WAIT_S;
        }
    },
};
async function ask({ address, headers, fetch, signal }, waitS, cursor) {
    const asked = new URL(address);
    asked.searchParams.set("wait", String(waitS));
    if (cursor !== "")
        asked.searchParams.set("cursor", cursor);
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(new Error(`No answer came within ${waitS} s and ${GRACE_MS} ms.`)), waitS * 1_000 + GRACE_MS);
    const over = () => stop.abort(signal.reason);
    signal.addEventListener("abort", over, { once: true });
    try {
        const response = await fetch(asked, { headers: { ...headers, Accept: "application/x-ndjson" }, signal: stop.signal, cache: "no-store", redirect: "error" });
        if (response.status !== 200 && response.status !== 204)
            throw await refusalOf(response, false);
        const next = response.headers.get("realtime-next");
        if (next === null)
            throw new Refusal(undefined, `An answer with Realtime-Next was expected; it has none. Is ${address.host} the right address?`);
        return { next, text: response.status === 200 ? await response.text() : "" };
    }
    finally {
        clearTimeout(late);
        signal.removeEventListener("abort", over);
    }
}
