/**
 * Which offsets of one log are accounted for: everything up to {@link prefix}, and ahead of it some ranges. An offset is accounted for once, however
 * often it comes. Adding the next offset, or to the last range, takes no time; anywhere else it takes as long as there are ranges.
 */
export class Cursor {
    #ahead = [];
    #prefix = 0;
    #version = 0;
    /** Every offset up to this one is accounted for; 0: none. */
    get prefix() { return this.#prefix; }
    /** What is accounted for beyond the prefix: ascending, neither touching each other nor the prefix. */
    get ahead() { return this.#ahead; }
    /** Changes whenever something new is accounted for. */
    get version() { return this.#version; }
    /** Forgets everything; the offsets up to the prefix count as accounted for. */
    restart(prefix) {
        this.#ahead = [];
        this.#prefix = prefix;
        this.#version++;
    }
    has(offset) {
        if (offset <= this.#prefix)
            return true;
        const range = this.#ahead[this.#firstEndingAtOrAfter(offset)];
        return range !== undefined && range[0] <= offset;
    }
    /** Accounts for one offset. Answers whether it is new. */
    add(offset) {
        if (this.has(offset))
            return false;
        this.addRange(offset, offset);
        return true;
    }
    /** Accounts for a range; parts of it may be so already. A range that ends before it begins is nothing. */
    addRange(from, to) {
        from = Math.max(from, this.#prefix + 1);
        if (to < from)
            return;
        // Everything that touches the new range is merged into it.
        const first = this.#firstEndingAtOrAfter(from - 1);
        let last = first;
        while (last < this.#ahead.length && this.#ahead[last][0] <= to + 1)
            last++;
        if (last > first) {
            const [begin, end] = [this.#ahead[first][0], this.#ahead[last - 1][1]];
            if (last === first + 1 && begin <= from && end >= to)
                return;
            from = Math.min(from, begin);
            to = Math.max(to, end);
        }
        this.#version++;
        if (from === this.#prefix + 1) {
            this.#prefix = to;
            this.#ahead.splice(first, last - first);
        }
        else {
            this.#ahead.splice(first, last - first, [from, to]);
        }
    }
    /** What of the range is not accounted for, ascending. */
    missingWithin(from, to) {
        const missing = [];
        let next = Math.max(from, this.#prefix + 1);
        for (let i = this.#firstEndingAtOrAfter(next); i < this.#ahead.length && this.#ahead[i][0] <= to; i++) {
            const [begin, end] = this.#ahead[i];
            if (next < begin)
                missing.push([next, begin - 1]);
            next = end + 1;
        }
        if (next <= to)
            missing.push([next, to]);
        return missing;
    }
    #firstEndingAtOrAfter(offset) {
        // Nearly always it is the last range, or one beyond it.
        const last = this.#ahead.at(-1);
        if (last === undefined || last[1] < offset)
            return this.#ahead.length;
        let low = 0;
        let high = this.#ahead.length - 1;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.#ahead[middle][1] < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
