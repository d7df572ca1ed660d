import type { TransportName } from "../machine/ladder.js";

const REMEMBERED_MS = 600_000;
const ADDRESSES_MAX = 100;
const STORED_AS = "realtime.transport:";

interface Remembered {
  readonly transport: TransportName;
  readonly until: number;
}

const remembered = new Map<string, Remembered>();

/** What worked for an address a few minutes ago, for the next client of this process, page or tab; undefined: nothing is known. */
export function transportThatWorked(address: string, now: number): TransportName | undefined {
  const found = remembered.get(address) ?? stored(address);
  return found && now < found.until ? found.transport : undefined;
}

export function rememberTransport(address: string, transport: TransportName, now: number): void {
  const entry = { transport, until: now + REMEMBERED_MS };
  remembered.delete(address);
  if (remembered.size >= ADDRESSES_MAX) remembered.delete(remembered.keys().next().value!);
  remembered.set(address, entry);
  try {
    tab()?.setItem(STORED_AS + address, JSON.stringify(entry));
  }
  catch { /* A tab that may store nothing finds out anew. */ }
}

function stored(address: string): Remembered | undefined {
  try {
    const entry = JSON.parse(tab()?.getItem(STORED_AS + address) ?? "null") as Partial<Remembered> | null;
    return typeof entry?.transport === "string" && typeof entry.until === "number" ? entry as Remembered : undefined;
  }
  catch {
    return undefined;
  }
}

/** What outlives a page that is loaded again; elsewhere nothing does. */
function tab(): Storage | undefined { return (globalThis as { document?: unknown }).document === undefined ? undefined : globalThis.sessionStorage; }
