export const NOTHING_SEEN = { count: null, members: null, isCurrent: false };
/** Who is there in one channel, put together of what the server tells. */
export class SeenMembers {
    #members = new Map();
    /** Whether it is known on this connection who is there, or is just being told in several frames. */
    #hasList = false;
    /** Whether the rest of a long list is still to come. */
    #isFilling = false;
    seen = NOTHING_SEEN;
    /** Answers whether something is to be shown. */
    take({ kind, joined, left, updated, count }) {
        if (kind === "count") {
            this.#members = new Map();
            this.#hasList = this.#isFilling = false;
            this.seen = { count, members: null, isCurrent: true };
            return true;
        }
        // What changed says nothing to whoever does not know what there was; every connection begins with all of it.
        const isFull = kind === "full";
        if (!isFull && !this.#hasList)
            return false;
        // What is shown does not change any more.
        const members = new Map(isFull ? [] : this.#members);
        for (const { session } of left)
            members.delete(session);
        for (const member of [...joined, ...updated])
            members.set(member.session, member);
        this.#members = members;
        this.#hasList = true;
        this.#isFilling = (isFull || (this.#isFilling && left.length === 0 && updated.length === 0)) && members.size < count;
        if (this.#isFilling)
            return false;
        // Half a list is none.
        this.seen = { count, members: members.size === count ? members : null, isCurrent: true };
        return true;
    }
    /** Answers whether something is to be shown. */
    connectionLost() {
        this.#hasList = this.#isFilling = false;
        if (!this.seen.isCurrent)
            return false;
        this.seen = { ...this.seen, isCurrent: false };
        return true;
    }
}
