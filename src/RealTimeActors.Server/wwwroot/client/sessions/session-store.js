/** Keeps the session as long as the object lives. */
export class MemorySessionStore {
    #ticket = null;
    load() { return this.#ticket; }
    save(ticket) { this.#ticket = ticket; }
    clear() { this.#ticket = null; }
}
/**
 * Keeps the session in the browser: in `sessionStorage` as long as the tab lives, in `localStorage` as long as nobody deletes it. What is in `localStorage` is
 * shared by the tabs of an origin, so that the tab that connects last has the session and the others are closed with 4404.
 */
export class WebStorageSessionStore {
    #name;
    #storage;
    /** @param storage `localStorage` where nothing else is given. */
    constructor(name = "realtime.session", storage) {
        this.#name = name;
        this.#storage = storage ?? globalThis.localStorage;
        if (!this.#storage)
            throw new Error("A place to store the session is expected; this runtime has no localStorage. Give a storage, or use FileSessionStore of realtime-actors/node.");
    }
    load() { return ticketOf(this.#storage.getItem(this.#name)); }
    save({ id, key }) { this.#storage.setItem(this.#name, JSON.stringify({ id, key })); }
    clear() { this.#storage.removeItem(this.#name); }
}
/** @internal A ticket as it was saved; null for anything else: a session that cannot be read is a new session. */
export function ticketOf(text) {
    if (text === null)
        return null;
    try {
        const { id, key } = JSON.parse(text);
        return typeof id === "string" && typeof key === "string" ? { id, key } : null;
    }
    catch {
        return null;
    }
}
