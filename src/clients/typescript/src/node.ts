import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, closeSync, fsyncSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { SessionTicket } from "./codec/frames.js";
import { ticketOf, type SessionStore } from "./sessions/session-store.js";

export { FileMutationStore } from "./state/file-mutation-store.js";

/** Keeps the session in a file that only its owner can read, replaced in one step. One client per file. */
export class FileSessionStore implements SessionStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  load(): SessionTicket | null {
    try {
      return ticketOf(readFileSync(this.#path, "utf8"));
    }
    catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw fault;
    }
  }

  save({ id, key }: SessionTicket): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const fresh = `${this.#path}.${randomBytes(6).toString("hex")}`;
    const file = openSync(fresh, "wx", 0o600);
    try {
      writeSync(file, JSON.stringify({ id, key }));
      // A name that points to nothing after a power cut would be a lost session.
      fsyncSync(file);
    }
    finally {
      closeSync(file);
    }
    renameSync(fresh, this.#path);
  }

  clear(): void { rmSync(this.#path, { force: true }); }
}
