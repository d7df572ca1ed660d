import { frozen, mergePatch, selected } from "./json-tree.js";
const GONE_MAX = 1_000;
const NOTHING = { version: 0, value: undefined };
/**
 * A channel's state as the server has confirmed it: a snapshot, and the changes after it. The answer to a mutation may be there before the change that it is
 * about; then its key is ahead of the others for a moment, and never goes back.
 */
export class ConfirmedDocument {
    #fields;
    #entries = new Map();
    /** Keys that are not there any more, with their versions: the newest so many. */
    #gone = new Map();
    /** Keys that an answer has brought further than the stream, with the offset where that catches up. */
    #ahead = new Map();
    /** The snapshot that is coming in. */
    #loading = null;
    /** What answers have said of the life of the log whose snapshot is coming in, where that is another than the document's, and where it is there. */
    #next = new Map();
    /** The life of the log that the versions are of; null: there is no document yet. */
    epoch = null;
    /** Up to here the changes of the log are in it. */
    offset = 0;
    #epochLoading = "";
    constructor(fields) {
        this.#fields = fields;
    }
    get isLoaded() { return this.epoch !== null; }
    /** The keys that are there, as they are shown. */
    get keys() { return this.#next.size === 0 ? this.#entries.keys() : new Set([...this.#entries.keys(), ...this.#next.keys()].filter(key => this.shown(key) !== undefined)); }
    /** What is known of a key; version 0: nothing is. */
    find(key) { return this.#entries.get(key) ?? this.#gone.get(key) ?? NOTHING; }
    /** The value of a key as it is shown: what was done in the next life of the log is not taken back until the document of that life is there. */
    shown(key) { return (this.#next.get(key) ?? this.find(key)).value; }
    /** A snapshot follows, from its first part on. The present document stays until the last one is there. */
    begin(epoch) {
        this.#loading = new Map();
        this.#epochLoading = epoch;
    }
    /** Takes a part of a snapshot. Answers the keys that are others now, with the last part; null before it. */
    part({ entries, offset, last }) {
        // The server may begin one of itself, where it could not go on otherwise.
        this.#loading ??= new Map();
        for (const { key, version, value } of entries)
            this.#loading.set(key, { version, value: frozen(selected(value.value, this.#fields)) });
        if (!last)
            return null;
        const changed = new Set([...this.#entries.keys(), ...this.#loading.keys(), ...this.#next.keys()]);
        const isSameLife = this.epoch === this.#epochLoading;
        for (const [key, aheadOf] of this.#ahead) {
            // The answer is newer than the snapshot, and its change comes after it.
            if (isSameLife && aheadOf > offset)
                this.#put(this.#loading, key, this.find(key));
            else
                this.#ahead.delete(key);
        }
        if (!isSameLife)
            this.#gone.clear();
        for (const [key, { epoch, offset: aheadOf, version, value }] of this.#next) {
            if (epoch !== this.#epochLoading || aheadOf <= offset)
                continue;
            this.#put(this.#loading, key, { version, value });
            this.#ahead.set(key, aheadOf);
        }
        this.#next.clear();
        this.#entries = this.#loading;
        this.#loading = null;
        this.epoch = this.#epochLoading;
        this.offset = offset;
        return changed;
    }
    /** Takes a change. Answers whether it was new. */
    change({ key, offset, version, patch, value, deleted }) {
        this.offset = Math.max(this.offset, offset);
        if ((this.#ahead.get(key) ?? Infinity) <= offset)
            this.#ahead.delete(key);
        const present = this.find(key);
        if (version <= present.version)
            return false;
        const after = deleted ? undefined : patch ? mergePatch(present.value, patch.value) : value?.value;
        this.#put(this.#entries, key, { version, value: frozen(selected(after, this.#fields)) });
        return true;
    }
    /** Takes what an answer says of a key. Answers whether it was new. */
    learn(key, { version, value }, epoch, offset) {
        if (!this.isLoaded)
            return false;
        if (epoch !== undefined && epoch !== this.epoch)
            return this.#learnNext(key, { version, value }, epoch, offset);
        if (version <= this.find(key).version)
            return false;
        this.#put(this.#entries, key, { version, value: frozen(selected(value, this.#fields)) });
        if (offset > this.offset)
            this.#ahead.set(key, offset);
        return true;
    }
    /** Of a life of the log before the document's, nothing is to be learnt. */
    #learnNext(key, { version, value }, epoch, offset) {
        const known = this.#next.get(key);
        if (!this.#loading || epoch !== this.#epochLoading || (known?.epoch === epoch && version <= known.version))
            return false;
        this.#next.set(key, { version, value: frozen(selected(value, this.#fields)), epoch, offset });
        return true;
    }
    #put(entries, key, confirmed) {
        this.#gone.delete(key);
        if (confirmed.value !== undefined) {
            entries.set(key, confirmed);
            return;
        }
        entries.delete(key);
        this.#gone.set(key, confirmed);
        if (this.#gone.size > GONE_MAX)
            this.#gone.delete(this.#gone.keys().next().value);
    }
}
