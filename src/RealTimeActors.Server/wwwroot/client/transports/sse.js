import { jsonCodec } from "../codec/codec.js";
import { eventsOf } from "./event-stream.js";
import { Refusal, refusalOf } from "./refusal.js";
/** Down by one answer that does not end: server-sent events, each a batch of frames. Read by fetch, which can set headers, where EventSource cannot. */
export const sse = {
    name: "sse",
    isSteady: true,
    async run({ address, headers, fetch, signal, heard, received }) {
        const response = await fetch(address, { headers: { ...headers, Accept: "text/event-stream" }, signal, cache: "no-store", redirect: "error" });
        if (response.status !== 200)
            throw await refusalOf(response, false);
        const type = response.headers.get("content-type") ?? "";
        if (!type.startsWith("text/event-stream") || !response.body)
            throw new Refusal(undefined, `An event stream was expected; ${type || "nothing"} came. Is ${address.host} the right address?`);
        for await (const { data } of eventsOf(response.body, heard))
            received(jsonCodec.decodeServer(data));
    },
};
