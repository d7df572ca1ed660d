const REMEMBERED_MS = 600_000;
const ADDRESSES_MAX = 100;
const remembered = new Map();
/** What worked for an address a few minutes ago, for the next client of this process or page; undefined: nothing is known. */
export function transportThatWorked(address, now) {
    const found = remembered.get(address);
    return found && now < found.until ? found.transport : undefined;
}
export function rememberTransport(address, transport, now) {
    remembered.delete(address);
    if (remembered.size >= ADDRESSES_MAX)
        remembered.delete(remembered.keys().next().value);
    remembered.set(address, { transport, until: now + REMEMBERED_MS });
}
