/** Something is not what the contract asks for. The message says what was expected, what came, and where. */
export class FrameFault extends Error {
    name = "FrameFault";
}
/** How a value is shown in a message: short, and never more than its beginning. */
export function shown(value) {
    if (value === undefined)
        return "nothing";
    let text;
    try {
        text = typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
    }
    catch {
        text = undefined;
    }
    text ??= `a ${typeof value}`;
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
