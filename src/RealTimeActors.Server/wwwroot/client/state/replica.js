import { ConfirmedDocument } from "./confirmed-document.js";
import { foreseen } from "./foresight.js";
import { frozen, selected } from "./json-tree.js";
import { PendingMutations } from "./pending-mutations.js";
/**
 * The state as it is shown: what is confirmed, and on top of it the mutations that are not answered yet, done again whenever what is below them changes. Without
 * pending mutations the two are the same. No input and output: it is told what happened, and answers which keys are to be looked at again.
 */
export class Replica {
    #fields;
    #views = new Map();
    document;
    pending;
    constructor({ fields, countMax, bytesMax }) {
        this.#fields = fields;
        this.document = new ConfirmedDocument(fields);
        this.pending = new PendingMutations(countMax, bytesMax);
    }
    /** The value of a key as it is shown; undefined: the key is not there. */
    view(key) {
        if (!this.pending.of(key).some(({ isShown }) => isShown))
            return this.document.shown(key);
        if (!this.#views.has(key))
            this.#views.set(key, this.#made(key));
        return this.#views.get(key);
    }
    /** The keys that are shown. */
    get keys() {
        const shown = this.pending.shownKeys;
        if (shown.size === 0)
            return [...this.document.keys];
        for (const key of this.document.keys)
            shown.add(key);
        return [...shown].filter(key => this.view(key) !== undefined);
    }
    /** What its maker has seen of a key, as it goes along with a mutation. */
    baseOf(key) {
        const { epoch } = this.document;
        return epoch === null ? {} : { baseVersion: this.document.find(key).version, epoch };
    }
    /** A mutation as it is sent, the same from then on; null: its condition is about another life of the log, and cannot hold. */
    ready(record) {
        const { baseVersion, epoch, ifVersion, ...rest } = record;
        const present = this.document.find(record.key);
        const isSameLife = epoch === undefined || epoch === this.document.epoch;
        if (ifVersion !== undefined && ifVersion !== 0 && !isSameLife)
            return null;
        // Of a key that was not there, and still is not, the condition is that it stays so.
        const wasAbsent = baseVersion === 0 || (baseVersion === present.version && present.value === undefined);
        const condition = ifVersion === "unchanged" ? wasAbsent ? 0 : baseVersion : ifVersion;
        return {
            ...rest, ...(isSameLife && baseVersion !== undefined && { baseVersion }), ...(this.document.epoch !== null && { epoch: this.document.epoch }), ...(condition !== undefined && { ifVersion: condition }), isSent: true,
        };
    }
    edit(record) {
        this.pending.add(record);
        return this.#touched([record.key]);
    }
    adopt(records) {
        this.pending.adopt(records);
        return this.#touched(records.map(({ key }) => key));
    }
    begin(epoch) { this.document.begin(epoch); }
    /** Answers the keys that are others, once the snapshot is complete; null before. */
    part(part) {
        const { epoch } = this.document;
        const changed = this.document.part(part);
        // What was confirmed in another life of the log, and is not answered, is sent again: it waits on top of this one.
        if (changed && epoch !== this.document.epoch)
            this.pending.showAll();
        return changed && this.#touched([...changed, ...this.pending.shownKeys]);
    }
    change(change) {
        const { key, version, mutationId } = change;
        const wasNew = this.document.change(change);
        const isOwn = mutationId !== undefined && this.pending.find(mutationId) !== undefined;
        if (isOwn)
            this.pending.done(key, version);
        // It is in what is confirmed now: done again on top of that it would count twice.
        const wasShown = isOwn && this.pending.confirm(mutationId);
        return this.#touched(wasNew || wasShown ? [key] : []);
    }
    /** The mutation is decided: whatever the view foresaw of it gives way to what the answer says. */
    settle({ record: { id, key } }, { isDone, offset, epoch, present }) {
        this.document.learn(key, present, epoch, offset);
        this.pending.remove(id);
        if (isDone && epoch === this.document.epoch)
            this.pending.done(key, present.version);
        return this.#touched([key]);
    }
    /** It is in no log and will not be. */
    giveUp({ record }) {
        this.pending.remove(record.id);
        return this.#touched([record.key]);
    }
    #made(key) {
        let value = this.document.shown(key);
        for (const { record, isShown } of this.pending.of(key)) {
            if (isShown)
                value = foreseen(record.operation, value, record.value === undefined ? undefined : JSON.parse(record.value));
        }
        return frozen(selected(value, this.#fields));
    }
    #touched(keys) {
        const touched = new Set(keys);
        for (const key of touched)
            this.#views.delete(key);
        return touched;
    }
}
