import { linesOf } from "./body-lines.js";
/** The events of a `text/event-stream` as they come. Comments, and events without data, are passed over; one that the stream breaks off is none. */
export async function* eventsOf(body, heard) {
    let id = "";
    let data = [];
    for await (const line of linesOf(body, heard)) {
        if (line === "") {
            if (data.length > 0)
                yield { id, data: data.join("\n") };
            data = [];
            continue;
        }
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
        if (name === "data")
            data.push(value);
        else if (name === "id" && !value.includes("\0"))
            id = value;
    }
}
