const REMEMBERED_MS = 600_000;
const ADDRESSES_MAX = 100;
const STORED_AS = "realtime.transport:";
const remembered = new Map();
/** What worked for an address a few minutes ago, for the next client of this process, page or tab; undefined: nothing is known. */
export function transportThatWorked(address, now) {
    const found = remembered.get(address) ?? stored(address);
    return found && now < found.until ? found.transport : undefined;
}
export function rememberTransport(address, transport, now) {
    const entry = { transport, until: now + REMEMBERED_MS };
    remembered.delete(address);
    if (remembered.size >= ADDRESSES_MAX)
        remembered.delete(remembered.keys().next().value);
    remembered.set(address, entry);
    try {
        tab()?.setItem(STORED_AS + address, JSON.stringify(entry));
    }
    catch { /* A tab that may store nothing finds out anew. */ }
}
function stored(address) {
    try {
        const entry = JSON.parse(tab()?.getItem(STORED_AS + address) ?? "null");
        return typeof entry?.transport === "string" && typeof entry.until === "number" ? entry : undefined;
    }
    catch {
        return undefined;
    }
}
/** What outlives a page that is loaded again; elsewhere nothing does. */
function tab() { return globalThis.document === undefined ? undefined : globalThis.sessionStorage; }
