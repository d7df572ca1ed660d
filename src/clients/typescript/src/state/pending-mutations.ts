import { utf8Length } from "../codec/utf8.js";
import type { MutationRecord } from "./mutation-record.js";

// A channel remembers the last 1,000 mutations of a producer: far fewer may be unanswered, or a repeat of the oldest could not be recognised any more.
const SENT_MAX = 64;
const RECORD_BYTES_AT_LEAST = 200;

/** A mutation that waits for its answer. */
export interface Pending {
  record: MutationRecord;

  /** Whether it is part of the view. Not any more once a change says that it is confirmed, though its answer has not come; again where the log begins another life. */
  isShown: boolean;

  /** Whether it was handed to the connection by this process. */
  isUnderWay: boolean;

  /** Whether it is answered or given up, and only the store has still to let go of it. It is not sent any more. */
  isOver: boolean;

  /** Whether a former page or process made it. */
  readonly wasLeft: boolean;
  readonly bytes: number;
}

/**
 * The mutations that are not answered yet, in the order in which they were made. They are sent in that order, and of one key the next one when the one before
 * is answered: so each can say which version its maker has seen, own mutations included.
 */
export class PendingMutations {
  readonly #all = new Map<string, Pending>();
  readonly #byKey = new Map<string, Pending[]>();
  readonly #keysUnderWay = new Set<string>();
  #bytes = 0;
  #shown = 0;

  constructor(private readonly countMax: number, private readonly bytesMax: number) {
  }

  get count(): number { return this.#all.size; }
  get bytes(): number { return this.#bytes; }
  get all(): Iterable<Pending> { return this.#all.values(); }

  /** How many of them the view shows. */
  get shownCount(): number { return this.#shown; }

  /** The keys of which the view shows more than what is confirmed. */
  get shownKeys(): Set<string> {
    const keys = new Set<string>();
    if (this.#shown > 0) for (const { isShown, record } of this.#all.values()) if (isShown) keys.add(record.key);
    return keys;
  }

  find(id: string): Pending | undefined { return this.#all.get(id); }

  /** Those of a key, in order. */
  of(key: string): readonly Pending[] { return this.#byKey.get(key) ?? []; }

  hasRoomFor(record: MutationRecord): boolean { return this.#all.size < this.countMax && this.#bytes + bytesOf(record) <= this.bytesMax; }

  add(record: MutationRecord): void { this.#insert({ record, isShown: true, isUnderWay: false, isOver: false, wasLeft: false, bytes: bytesOf(record) }); }

  /** Takes over what a former page or process has left, bounds or not: by its time it stands before whatever was made later. */
  adopt(records: readonly MutationRecord[]): void {
    const left = records.filter(({ id }) => !this.#all.has(id)).map((record): Pending => ({ record, isShown: true, isUnderWay: false, isOver: false, wasLeft: true, bytes: bytesOf(record) }));
    if (left.length === 0) return;

    const all = [...this.#all.values(), ...left].sort((one, other) => one.record.time - other.record.time);
    this.#all.clear();
    this.#byKey.clear();
    this.#bytes = this.#shown = 0;
    for (const pending of all) this.#insert(pending);
  }

  /** Its effect is confirmed, its answer is still to come. Answers whether the view showed it. */
  confirm(id: string): boolean {
    const pending = this.#all.get(id);
    if (!pending?.isShown) return false;

    pending.isShown = false;
    this.#shown--;
    return true;
  }

  /** What their changes were in is gone. */
  showAll(): void {
    for (const pending of this.#all.values()) pending.isShown = true;
    this.#shown = this.#all.size;
  }

  /** It is answered, or given up. */
  remove(id: string): Pending | undefined {
    const pending = this.#all.get(id);
    if (!pending) return undefined;

    const { key } = pending.record;
    this.#all.delete(id);
    this.#bytes -= pending.bytes;
    if (pending.isShown) this.#shown--;
    if (pending.isUnderWay) this.#keysUnderWay.delete(key);
    const rest = this.of(key).filter(other => other !== pending);
    if (rest.length > 0) this.#byKey.set(key, rest);
    else this.#byKey.delete(key);
    return pending;
  }

  /**
   * A mutation of this key was done and is this version. Whoever made the next ones had seen it, as a part of the view: where nothing of somebody else lies
   * between, they are made on this version.
   */
  done(key: string, version: number): void {
    for (const pending of this.of(key)) {
      const { record } = pending;
      if (!record.isSent && record.baseVersion === version - 1) pending.record = { ...record, baseVersion: version };
    }
  }

  /**
   * The clock was wrong by so much when this process made its first mutations: moves the times of those that were not sent, as far as they stay behind what was
   * sent or left by another, and before `nowUnixMs`. Answers the latest time of all, or 0.
   */
  moved(byMs: number, nowUnixMs: number): number {
    const times = (is: (pending: Pending) => boolean): number => [...this.#all.values()].reduce((latest, pending) => is(pending) ? Math.max(latest, pending.record.time) : latest, 0);
    const isFixed = ({ wasLeft, record }: Pending): boolean => wasLeft || record.isSent;
    let fixedTo = times(isFixed);
    if (byMs !== 0) {
      for (const pending of this.#all.values()) {
        if (isFixed(pending)) continue;
        const time = pending.record.time + byMs;
        if (time > fixedTo && time < nowUnixMs) pending.record = { ...pending.record, time };
        else fixedTo = Math.max(fixedTo, pending.record.time);
      }
    }
    return times(() => true);
  }

  /** The oldest that was not handed on yet, if it may be; it counts as under way from now on. */
  takeNext(): Pending | undefined {
    if (this.#keysUnderWay.size >= SENT_MAX) return undefined;
    for (const pending of this.#all.values()) {
      if (pending.isUnderWay || pending.isOver) continue;
      if (this.#keysUnderWay.has(pending.record.key)) return undefined;

      pending.isUnderWay = true;
      this.#keysUnderWay.add(pending.record.key);
      return pending;
    }
    return undefined;
  }

  #insert(pending: Pending): void {
    const { id, key } = pending.record;
    this.#all.set(id, pending);
    this.#byKey.set(key, [...this.of(key), pending]);
    this.#bytes += pending.bytes;
    if (pending.isShown) this.#shown++;
  }
}

/** About as many as it takes where it is kept. */
function bytesOf({ id, channel, key, value }: MutationRecord): number { return RECORD_BYTES_AT_LEAST + utf8Length(id) + utf8Length(channel) + utf8Length(key) + utf8Length(value ?? ""); }
