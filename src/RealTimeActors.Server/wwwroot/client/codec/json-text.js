import { FrameFault } from "./faults.js";
// JSON as it stands in the log: what a value is made of, byte for byte. JSON.parse reads values; it does not know that 1.50 is not 1.5.
/** The deepest value that a server takes. A value whose arrays and objects hold only scalars has one level. */
export const LEVELS_MAX = 32;
const SCALAR = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
// A string without its first quote. Control characters have to be escaped.
const REST_OF_STRING = /[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
/**
 * The text of one JSON value without the white space outside strings; its tokens stay as they are.
 * @throws {FrameFault} It is not exactly one JSON value, has a name twice in one object, or more levels than allowed.
 */
export function compactJson(text, levelsMax = LEVELS_MAX) {
    return new Judge(text, levelsMax).judge();
}
/** @throws {FrameFault} A text that is known to be JSON has more levels than a server takes. */
export function checkLevels(text) {
    // Each level takes two characters, so that most values need no look.
    if (text.length < 2 * LEVELS_MAX + 2)
        return;
    let level = 0;
    for (let i = 0; i < text.length; i++) {
        const char = text.charCodeAt(i);
        if (char === QUOTE)
            i = endOfString(text, i) - 1;
        else if (char === BRACE || char === BRACKET) {
            if (++level > LEVELS_MAX)
                throw tooDeep(LEVELS_MAX);
        }
        else if (char === BRACE_END || char === BRACKET_END)
            level--;
    }
}
/** What stands at a path in a text that is known to be JSON; of a name that comes twice the last, as JSON.parse reads it. */
export function textAt(text, path) {
    let at = skipWhite(text, 0);
    for (const key of path) {
        const found = typeof key === "number" ? itemAt(text, at, key) : memberAt(text, at, key);
        if (found < 0)
            throw new FrameFault(`The path ${path.join(".")} leads nowhere.`);
        at = found;
    }
    return text.slice(at, endOfValue(text, at));
}
/** The members of an object, names and values exactly as they are written; null for anything that is no object. The text is compact. */
export function membersOf(text) {
    if (text.charCodeAt(0) !== BRACE)
        return null;
    const members = [];
    eachMember(text, 0, (nameFrom, nameTo, valueFrom) => {
        members.push([text.slice(nameFrom + 1, nameTo - 1), text.slice(valueFrom, endOfValue(text, valueFrom))]);
    });
    return members;
}
class Judge {
    #text;
    #levelsMax;
    #parts = [];
    #at = 0;
    #kept = 0;
    constructor(text, levelsMax) {
        this.#text = text;
        this.#levelsMax = levelsMax;
    }
    judge() {
        this.#white();
        this.#value(1);
        this.#white();
        if (this.#at < this.#text.length)
            throw this.#unexpected("the end");
        if (this.#kept === 0)
            return this.#text;
        this.#parts.push(this.#text.slice(this.#kept));
        return this.#parts.join("");
    }
    #value(level) {
        const char = this.#text.charCodeAt(this.#at);
        if (char === BRACE || char === BRACKET) {
            if (level > this.#levelsMax)
                throw tooDeep(this.#levelsMax);
            this.#at++;
            if (char === BRACE)
                this.#object(level);
            else
                this.#array(level);
        }
        else if (char === QUOTE)
            this.#string();
        else
            this.#token(SCALAR, "a JSON value");
    }
    #object(level) {
        const names = new Set();
        this.#white();
        if (this.#take("}"))
            return;
        do {
            this.#white();
            const name = JSON.parse(this.#string());
            if (names.has(name))
                throw new FrameFault(`Each name of an object is expected once; ${JSON.stringify(name)} comes twice.`);
            names.add(name);
            this.#white();
            if (!this.#take(":"))
                throw this.#unexpected("a colon");
            this.#white();
            this.#value(level + 1);
            this.#white();
        } while (this.#take(","));
        if (!this.#take("}"))
            throw this.#unexpected("a comma or a closing brace");
    }
    #array(level) {
        this.#white();
        if (this.#take("]"))
            return;
        do {
            this.#white();
            this.#value(level + 1);
            this.#white();
        } while (this.#take(","));
        if (!this.#take("]"))
            throw this.#unexpected("a comma or a closing bracket");
    }
    #string() {
        const from = this.#at;
        if (!this.#take("\""))
            throw this.#unexpected("a string");
        this.#token(REST_OF_STRING, "the rest of a string");
        return this.#text.slice(from, this.#at);
    }
    #token(pattern, expected) {
        pattern.lastIndex = this.#at;
        if (!pattern.test(this.#text))
            throw this.#unexpected(expected);
        this.#at = pattern.lastIndex;
    }
    #take(char) {
        if (this.#text[this.#at] !== char)
            return false;
        this.#at++;
        return true;
    }
    #white() {
        const from = this.#at;
        this.#at = skipWhite(this.#text, from);
        if (this.#at === from)
            return;
        this.#parts.push(this.#text.slice(this.#kept, from));
        this.#kept = this.#at;
    }
    #unexpected(expected) {
        const came = this.#at < this.#text.length ? JSON.stringify(this.#text.slice(this.#at, this.#at + 20)) : "the end";
        return new FrameFault(`JSON is expected, and at character ${this.#at} of it ${expected}; ${came} came.`);
    }
}
function tooDeep(levelsMax) {
    return new FrameFault(`A JSON value of at most ${levelsMax} levels is expected; this one has more. Flatten it, or send a part of it as text.`);
}
function memberAt(text, at, name) {
    let found = -1;
    eachMember(text, at, (nameFrom, nameTo, valueFrom) => {
        if (JSON.parse(text.slice(nameFrom, nameTo)) === name)
            found = valueFrom;
    });
    return found;
}
function itemAt(text, at, index) {
    if (text.charCodeAt(at) !== BRACKET)
        return -1;
    let from = skipWhite(text, at + 1);
    for (let i = 0; i < index; i++) {
        from = skipWhite(text, endOfValue(text, from));
        if (text.charCodeAt(from) !== COMMA)
            return -1;
        from = skipWhite(text, from + 1);
    }
    return text.charCodeAt(from) === BRACKET_END ? -1 : from;
}
function eachMember(text, at, take) {
    if (text.charCodeAt(at) !== BRACE)
        return;
    at = skipWhite(text, at + 1);
    while (text.charCodeAt(at) === QUOTE) {
        const nameTo = endOfString(text, at);
        const valueFrom = skipWhite(text, skipWhite(text, nameTo) + 1);
        take(at, nameTo, valueFrom);
        at = skipWhite(text, skipWhite(text, endOfValue(text, valueFrom)) + 1);
    }
}
function endOfValue(text, at) {
    const char = text.charCodeAt(at);
    if (char === QUOTE)
        return endOfString(text, at);
    if (char !== BRACE && char !== BRACKET) {
        SCALAR.lastIndex = at;
        SCALAR.test(text);
        return SCALAR.lastIndex;
    }
    for (let level = 0; at < text.length; at++) {
        const next = text.charCodeAt(at);
        if (next === QUOTE)
            at = endOfString(text, at) - 1;
        else if (next === BRACE || next === BRACKET)
            level++;
        else if ((next === BRACE_END || next === BRACKET_END) && --level === 0)
            return at + 1;
    }
    return at;
}
function endOfString(text, at) {
    for (let i = at + 1; i < text.length; i++) {
        const char = text.charCodeAt(i);
        if (char === BACKSLASH)
            i++;
        else if (char === QUOTE)
            return i + 1;
    }
    return text.length;
}
function skipWhite(text, at) {
    for (;;) {
        const char = text.charCodeAt(at);
        if (char !== 0x20 && char !== 0x0a && char !== 0x0d && char !== 0x09)
            return at;
        at++;
    }
}
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
