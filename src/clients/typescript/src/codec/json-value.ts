import { FrameFault, shown } from "./faults.js";
import { checkLevels, compactJson } from "./json-text.js";

const requireFinite = (name: string, part: unknown): unknown => {
  if (typeof part === "number" && !Number.isFinite(part)) throw new TypeError(`${part} is no number of JSON${name === "" ? "" : `, at ${JSON.stringify(name)}`}.`);

  return part;
};

/** A JSON value as it travels: its text, byte for byte, and what JavaScript makes of it. Either is made of the other when it is first asked for. */
export class Json {
  #text: string | (() => string) | undefined;
  #value: unknown;
  #hasValue: boolean;

  private constructor(text: string | (() => string) | undefined, value: unknown, hasValue: boolean) {
    this.#text = text;
    this.#value = value;
    this.#hasValue = hasValue;
  }

  /**
   * What JSON.stringify makes of a JavaScript value; only numbers that are none (NaN, Infinity) it is not asked to make null of.
   * @throws {FrameFault} It makes nothing of it, or more levels than a server takes.
   */
  static of(value: unknown): Json {
    let text: string | undefined;
    try {
      text = JSON.stringify(value);

      // NaN and Infinity become null, and null takes a field away where it is merged.
      if (text?.includes("null")) JSON.stringify(value, requireFinite);
    }
    catch (fault) {
      throw new FrameFault(`A value that can be written as JSON is expected: ${(fault as Error).message}`);
    }
    if (text === undefined) throw new FrameFault(`A value that can be written as JSON is expected; ${shown(value)} came. (null is a value.)`);

    checkLevels(text);
    return new Json(text, undefined, false);
  }

  /**
   * A value that is written already; only the white space between its tokens is left out.
   * @throws {FrameFault} It is not exactly one JSON value, has a name twice, or more levels than a server takes.
   */
  static parse(text: string): Json {
    return new Json(compactJson(text), undefined, false);
  }

  /** @internal What a server sent, which was judged when it was published. */
  static received(text: string | (() => string), value?: { value: unknown }): Json {
    return new Json(text, value?.value, value !== undefined);
  }

  /** What JSON.parse makes of it: numbers as JavaScript has them. */
  get value(): unknown {
    if (!this.#hasValue) {
      this.#value = JSON.parse(this.text);
      this.#hasValue = true;
    }
    return this.#value;
  }

  /** Exactly as it stands in the log. */
  get text(): string {
    if (typeof this.#text === "function") this.#text = this.#text();
    return this.#text as string;
  }

  toJSON(): unknown { return this.value; }
}
