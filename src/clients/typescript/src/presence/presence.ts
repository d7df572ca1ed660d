import { asCaller, check } from "../codec/check.js";
import type { Member } from "../codec/frames.js";
import { Json } from "../codec/json-value.js";
import { RealTimeError } from "../errors.js";
import type { Outcome } from "../machine/outcomes.js";
import { NOTHING_SEEN, type SeenPresence } from "../machine/seen-members.js";
import { Emitter } from "../running/emitter.js";
import type { PresenceEvents, PresenceMember, PresenceSnapshot } from "./presence-types.js";

/** @internal The client whose presence it is. */
export interface PresenceLink {
  enter(channel: string, state: Json, signal: AbortSignal | undefined): Promise<Outcome>;
  leave(channel: string): Promise<Outcome>;
}

/**
 * Who is there in a channel, and whether this client is. It is told of the others while it is there itself, or while the channel is followed with an interest in presence (`subscribe(…, { presence: "members" })`). A session is there once,
 * whoever in the page or process says so.
 */
export class Presence<T = unknown> {
  readonly #link: PresenceLink;
  readonly #events = new Emitter<PresenceEvents<T>>();
  #seen: SeenPresence = NOTHING_SEEN;
  #now: PresenceSnapshot<T> = { kind: "unknown", isCurrent: false };
  #hasEntered = false;

  readonly channel: string;

  /** @internal */
  constructor(channel: string, link: PresenceLink, seen: SeenPresence) {
    this.channel = channel;
    this.#link = link;
    this.#seen = seen;
    this.#now = snapshotOf(seen);
  }

  /** Who is there: `unknown`, `counted` or `listed`. */
  get now(): PresenceSnapshot<T> { return this.#now; }

  /** How many are there; null: nothing is told. */
  get count(): number | null { return this.#now.kind === "unknown" ? null : this.#now.count; }

  /** Everybody who is there, in order of their sessions; null: only the number is known, or nothing. */
  get members(): readonly PresenceMember<T>[] | null { return this.#now.kind === "listed" ? this.#now.members : null; }

  /** Calls the listener whenever that happens. Answers how to stop it. */
  on<K extends keyof PresenceEvents<T>>(name: K, listener: (event: PresenceEvents<T>[K]) => void): () => void { return this.#events.on(name, listener); }

  /**
   * Is there from now on, for others to see, until it leaves or the client is closed: over lost connections, too, after which it is said again.
   * @param state What others see of this client, at most 4 KiB of JSON: `{ name: "Ada", cursor: 7 }`.
   * @returns Fulfilled when the server has taken it, which without a connection may take long. With the `signal` one gives up waiting: what was wanted is wanted all the same until `leave()`.
   * @throws {RealTimeError} It was refused; what others saw before, if anything, they see on.
   */
  async enter(state: T, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const json = asCaller(() => state instanceof Json ? state : Json.of(state ?? null));
    check({ kind: "presence", id: 1, body: { channel: this.channel, state: json } });
    this.#hasEntered = true;
    this.#checkDone(await this.#link.enter(this.channel, json, signal));
    this.#hasEntered = true;
  }

  /** Shows something else of this client. Of many in a row the last counts: one is under way at a time, and those between are overtaken. */
  async update(state: T, options: { signal?: AbortSignal } = {}): Promise<void> {
    if (!this.#hasEntered) throw new TypeError(`Only who is there can show something else of himself; enter ${this.channel} first.`);
    await this.enter(state, options);
  }

  /** Is not there any more; others see it at once. */
  async leave(): Promise<void> {
    this.#hasEntered = false;
    this.#checkDone(await this.#link.leave(this.channel));
  }

  /** @internal */
  show(seen: SeenPresence): void {
    const before = this.#seen;
    this.#seen = seen;
    this.#now = snapshotOf(seen);
    const both = before.members && seen.members ? { former: before.members, present: seen.members } : null;
    const pick = (from: ReadonlyMap<string, Member> | undefined, isWanted: (member: Member) => boolean): PresenceMember<T>[] => from ? membersOf<T>([...from.values()].filter(isWanted)) : [];
    this.#events.emit("changed", {
      now: this.#now,
      joined: pick(both?.present, ({ session }) => !both!.former.has(session)),
      left: pick(both?.former, ({ session }) => !both!.present.has(session)),
      updated: pick(both?.present, member => isOther(both!.former.get(member.session), member)),
    });
  }

  /** @internal */
  lose(code: number, reason: string): void {
    this.#hasEntered = false;
    this.#events.emit("lost", { code, reason });
  }

  #checkDone(outcome: Outcome): void { if (outcome.kind !== "done") throw RealTimeError.from(outcome); }
}

function snapshotOf<T>({ count, members, isCurrent }: SeenPresence): PresenceSnapshot<T> {
  if (count === null) return { kind: "unknown", isCurrent: false };
  return members ? { kind: "listed", count, members: membersOf<T>([...members.values()]), isCurrent } : { kind: "counted", count, isCurrent };
}

/** @internal In order of their sessions. */
export function membersOf<T>(members: readonly Member[]): PresenceMember<T>[] {
  return [...members].sort((one, other) => one.session < other.session ? -1 : 1).map(({ session, user, state }) => ({ session, ...(user !== undefined && { user }), state: state.value as T }));
}

function isOther(before: Member | undefined, member: Member): boolean { return before !== undefined && (before.state.text !== member.state.text || before.user !== member.user); }
