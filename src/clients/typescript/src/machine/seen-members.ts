import type { Member, ServerBodies } from "../codec/frames.js";

/** Who is there in a channel, as far as a client is told. */
export interface SeenPresence {
  /** How many sessions; null: nothing is told. */
  readonly count: number | null;

  /** All of them, by their sessions; null: only the number is known, or nothing. */
  readonly members: ReadonlyMap<string, Member> | null;

  /** Whether that is how it is. False: how it was before the connection was lost. */
  readonly isCurrent: boolean;
}

export const NOTHING_SEEN: SeenPresence = { count: null, members: null, isCurrent: false };

/** Who is there in one channel, put together of what the server tells. */
export class SeenMembers {
  #members = new Map<string, Member>();

  /** Whether it is known on this connection who is there, or is just being told in several frames. */
  #hasList = false;

  /** Whether the rest of a long list is still to come. */
  #isFilling = false;

  seen: SeenPresence = NOTHING_SEEN;

  /** Answers whether something is to be shown. */
  take({ kind, joined, left, updated, count }: ServerBodies["presence"]): boolean {
    if (kind === "count") {
      this.#members = new Map();
      this.#hasList = this.#isFilling = false;
      this.seen = { count, members: null, isCurrent: true };
      return true;
    }
    // What changed says nothing to whoever does not know what there was; every connection begins with all of it.
    const isFull = kind === "full";
    if (!isFull && !this.#hasList) return false;

    // What is shown does not change any more.
    const members = new Map(isFull ? [] : this.#members);
    for (const { session } of left) members.delete(session);
    for (const member of [...joined, ...updated]) members.set(member.session, member);
    this.#members = members;
    this.#hasList = true;
    this.#isFilling = (isFull || (this.#isFilling && left.length === 0 && updated.length === 0)) && members.size < count;
    if (this.#isFilling) return false;

    // Half a list is none.
    this.seen = { count, members: members.size === count ? members : null, isCurrent: true };
    return true;
  }

  /** Answers whether something is to be shown. */
  connectionLost(): boolean {
    this.#hasList = this.#isFilling = false;
    if (!this.seen.isCurrent) return false;

    this.seen = { ...this.seen, isCurrent: false };
    return true;
  }
}
