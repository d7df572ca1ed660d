// A server's frames are far smaller; what is longer is no frame.
const LINE_UNITS_MAX = 16 * 1024 * 1024;
/**
 * The lines of a body as they come, without their ends; `\n`, `\r\n` and `\r` end a line. What follows the last end is a line, too, unless it is empty.
 * @param heard Told of every arrival of bytes, whether they end a line or not.
 */
export async function* linesOf(body, heard = () => { }) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    let searched = 0;
    try {
        for (;;) {
            const { value, done } = await reader.read();
            if (value)
                heard();
            rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
            let from = 0;
            for (let end = endOfLine(rest, searched, done); end >= 0; end = endOfLine(rest, from, done)) {
                yield rest.slice(from, end);
                from = end + (rest[end] === "\r" && rest[end + 1] === "\n" ? 2 : 1);
            }
            rest = rest.slice(from);
            // What comes next may make a whole of half an end.
            searched = Math.max(0, rest.length - 1);
            if (rest.length > LINE_UNITS_MAX)
                throw new Error(`Lines of at most ${LINE_UNITS_MAX} characters are expected; a longer one came.`);
            if (!done)
                continue;
            if (rest !== "")
                yield rest;
            return;
        }
    }
    finally {
        reader.cancel().catch(() => { });
    }
}
/** A \r at the very end may be half of a \r\n: it ends its line once that is known. */
function endOfLine(text, from, isAll) {
    for (let i = from; i < text.length; i++) {
        const char = text.charCodeAt(i);
        if (char === 0x0a || (char === 0x0d && (isAll || i + 1 < text.length)))
            return i;
    }
    return -1;
}
