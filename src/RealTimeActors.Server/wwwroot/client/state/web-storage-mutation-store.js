import { recordOf } from "./mutation-record.js";
/**
 * Keeps mutations in the browser's `localStorage`, shared by the tabs of an origin. Each client has a place and a producer of its own, so that no two ever say
 * the same; a lock that its tab holds as long as it lives says whose the place is. When a tab is closed or loaded again, the lock becomes free, and whoever
 * opens, or waits already, adopts what was left there.
 *
 * Without Web Locks (pages that came unencrypted from another machine have none) whoever opens adopts at once what is there: a tab that still lives may send
 * the same, which is decided once.
 */
export class WebStorageMutationStore {
    #name;
    #storage;
    #locks;
    /** @param name Of the store; clients with other names know nothing of each other. */
    constructor(name = "realtime.mutations", { storage = globalThis.localStorage, locks = globalThis.navigator?.locks } = {}) {
        if (!storage)
            throw new Error("A place to store mutations is expected; this runtime has no localStorage. Give a storage, or use FileMutationStore of realtime-actors/node.");
        this.#name = name;
        this.#storage = storage;
        this.#locks = locks;
    }
    open(channel, adopt) {
        const storage = this.#storage;
        const clock = `${this.#name}/clock`;
        const ofChannel = `${this.#name}/${channel}/`;
        const own = `${ofChannel}${newPlace()}/`;
        const places = this.#placesBelow(ofChannel);
        // Where each of them is kept: what was adopted stays where it is until it is answered, so that no moment is lost.
        const nameOf = new Map();
        const take = (place) => {
            const left = this.#recordsBelow(place);
            for (const { name, record } of left)
                nameOf.set(record.id, name);
            if (left.length > 0)
                adopt(left.map(({ record }) => record).sort((one, other) => one.time - other.time));
        };
        const held = [this.#hold(own, () => { }), ...[...places].map(place => this.#hold(place, () => take(place)))];
        return {
            get lastTime() { return Number(storage.getItem(clock) ?? 0) || 0; },
            save(record) {
                const name = nameOf.get(record.id) ?? `${own}${record.id}`;
                storage.setItem(name, JSON.stringify(record));
                nameOf.set(record.id, name);
                if (record.time > this.lastTime)
                    storage.setItem(clock, String(record.time));
            },
            forget(id) {
                const name = nameOf.get(id);
                if (name === undefined)
                    return;
                nameOf.delete(id);
                storage.removeItem(name);
            },
            close: () => { for (const place of held)
                place.abort(); },
        };
    }
    /** Calls back when the place is this client's, now or later. It keeps it until it lets go by what is answered. */
    #hold(place, granted) {
        const end = new AbortController();
        if (!this.#locks) {
            granted();
            return end;
        }
        const { signal } = end;
        const held = () => new Promise(resolve => {
            if (!signal.aborted)
                granted();
            if (signal.aborted)
                resolve();
            else
                signal.addEventListener("abort", () => resolve(), { once: true });
        });
        // One that was given up while it waited is no fault.
        this.#locks.request(place, { signal }, held).catch(() => { });
        return end;
    }
    #placesBelow(prefix) {
        const places = new Set();
        for (const name of this.#namesBelow(prefix))
            places.add(name.slice(0, name.lastIndexOf("/") + 1));
        return places;
    }
    #recordsBelow(place) {
        const records = [];
        for (const name of this.#namesBelow(place)) {
            const record = recordOf(this.#storage.getItem(name));
            // What is no mutation nobody can send; it would be looked at for ever.
            if (record === null)
                this.#storage.removeItem(name);
            else
                records.push({ name, record });
        }
        return records;
    }
    #namesBelow(prefix) {
        const names = [];
        for (let i = 0; i < this.#storage.length; i++) {
            const name = this.#storage.key(i);
            if (name?.startsWith(prefix))
                names.push(name);
        }
        return names;
    }
}
function newPlace() { return Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, "0")).join(""); }
