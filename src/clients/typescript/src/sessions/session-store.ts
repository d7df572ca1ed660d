import type { SessionTicket } from "../codec/frames.js";

/**
 * Keeps the ticket of a session, so that a page that is loaded again, or a process that is started again, goes on where the former stopped. The ticket is a
 * secret and changes with every connection; two clients that use the same one take the session from each other.
 */
export interface SessionStore {
  /** The ticket that was saved last; null: there is none. */
  load(): SessionTicket | null | Promise<SessionTicket | null>;

  /** Replaces it, in one step: the former one is good for nothing any more. */
  save(ticket: SessionTicket): void | Promise<void>;

  /** The session is over. */
  clear(): void | Promise<void>;
}

/** Keeps the session as long as the object lives. */
export class MemorySessionStore implements SessionStore {
  #ticket: SessionTicket | null = null;

  load(): SessionTicket | null { return this.#ticket; }
  save(ticket: SessionTicket): void { this.#ticket = ticket; }
  clear(): void { this.#ticket = null; }
}

/** As much of a browser's storage as is used. */
export interface TextStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/**
 * Keeps the session in the browser: in `sessionStorage` as long as the tab lives, in `localStorage` as long as nobody deletes it. What is in `localStorage` is
 * shared by the tabs of an origin, so that the tab that connects last has the session and the others are closed with 4404.
 */
export class WebStorageSessionStore implements SessionStore {
  readonly #name: string;
  readonly #storage: TextStorage | undefined;

  /** @param storage `localStorage` where nothing else is given. */
  constructor(name = "realtime.session", storage?: TextStorage) {
    this.#name = name;
    this.#storage = storage ?? globalThis.localStorage;
    if (!this.#storage) throw new Error("A place to store the session is expected; this runtime has no localStorage. Give a storage, or use FileSessionStore of realtime-actors/node.");
  }

  load(): SessionTicket | null { return ticketOf(this.#storage!.getItem(this.#name)); }
  save({ id, key }: SessionTicket): void { this.#storage!.setItem(this.#name, JSON.stringify({ id, key })); }
  clear(): void { this.#storage!.removeItem(this.#name); }
}

/** @internal A ticket as it was saved; null for anything else: a session that cannot be read is a new session. */
export function ticketOf(text: string | null): SessionTicket | null {
  if (text === null) return null;
  try {
    const { id, key } = JSON.parse(text) as Partial<SessionTicket>;
    return typeof id === "string" && typeof key === "string" ? { id, key } : null;
  }
  catch {
    return null;
  }
}
