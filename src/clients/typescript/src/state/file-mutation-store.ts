import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { recordOf, type MutationRecord } from "./mutation-record.js";
import type { MutationPlace, MutationStore } from "./mutation-store.js";

// What is forgotten leaves a line behind. Beyond so many lines more than there are mutations the file is written anew.
const LINES_SPARE = 1_000;

/**
 * Keeps mutations in a file that only its owner can read: a line for each that was saved or forgotten, on disk before the call returns. One process at a time
 * may use a file; a second one is refused as long as the first lives.
 */
export class FileMutationStore implements MutationStore {
  readonly #path: string;
  readonly #records = new Map<string, MutationRecord>();

  /** The channels that are open, which have their mutations in hand. */
  readonly #open = new Set<string>();
  #file: number | null = null;
  #lines = 0;
  #lastTime = 0;

  constructor(path: string) {
    this.#path = path;
  }

  open(channel: string, adopt: (left: readonly MutationRecord[]) => void): MutationPlace {
    if (this.#open.has(channel)) throw new Error(`One client for the mutations of ${channel} in ${this.#path} is expected; another one of this process has them open.`);
    if (this.#open.size === 0) this.#begin();
    this.#open.add(channel);
    const left = [...this.#records.values()].filter(record => record.channel === channel);
    if (left.length > 0) adopt(left.sort((one, other) => one.time - other.time));

    const lastTime = (): number => this.#lastTime;
    return {
      get lastTime() { return lastTime(); },
      save: record => {
        this.#records.set(record.id, record);
        this.#lastTime = Math.max(this.#lastTime, record.time);
        this.#write({ save: record });
      },
      forget: id => { if (this.#records.delete(id)) this.#write({ forget: id }); },
      close: () => {
        if (!this.#open.delete(channel) || this.#open.size > 0) return;
        closeSync(this.#file!);
        this.#file = null;
        rmSync(this.#lockPath, { force: true });
      },
    };
  }

  get #lockPath(): string { return `${this.#path}.lock`; }

  #begin(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    this.#lock();
    this.#records.clear();
    this.#read();
    this.#rewrite();
  }

  /** A file with the number of the process: of one that is gone it counts for nothing. */
  #lock(): void {
    for (let attempt = 0; ; attempt++) {
      try {
        const lock = openSync(this.#lockPath, "wx", 0o600);
        writeSync(lock, String(process.pid));
        closeSync(lock);
        return;
      }
      catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== "EEXIST") throw fault;
        const owner = Number(readFileSync(this.#lockPath, "utf8"));
        if (attempt > 0 || isAlive(owner)) throw new Error(`One process for ${this.#path} is expected; process ${owner} uses it. Give each process a file of its own.`);
        rmSync(this.#lockPath, { force: true });
      }
    }
  }

  #read(): void {
    let text = "";
    try {
      text = readFileSync(this.#path, "utf8");
    }
    catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== "ENOENT") throw fault;
    }
    for (const line of text.split("\n")) {
      const read = lineOf(line);
      const record = read?.save === undefined ? null : recordOf(JSON.stringify(read.save));
      if (record) this.#records.set(record.id, record);
      else if (typeof read?.forget === "string") this.#records.delete(read.forget);
      this.#lastTime = Math.max(this.#lastTime, record?.time ?? 0, typeof read?.lastTime === "number" ? read.lastTime : 0);
    }
  }

  /** All that is there, in one step: a process that ends meanwhile has the former file or this one. */
  #rewrite(): void {
    const fresh = `${this.#path}.new`;
    const file = openSync(fresh, "w", 0o600);
    const lines = [JSON.stringify({ lastTime: this.#lastTime }), ...[...this.#records.values()].map(record => JSON.stringify({ save: record }))];
    writeSync(file, `${lines.join("\n")}\n`);
    fsyncSync(file);
    renameSync(fresh, this.#path);
    if (this.#file !== null) closeSync(this.#file);
    this.#file = file;
    this.#lines = lines.length;
  }

  #write(line: object): void {
    if (this.#file === null) return;
    if (++this.#lines > this.#records.size + LINES_SPARE) {
      this.#rewrite();
      return;
    }
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }
}

/** A line as it was written; null for anything else, as the last one may be after a power cut. */
function lineOf(line: string): { save?: unknown; forget?: unknown; lastTime?: unknown } | null {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === "object" ? read : null;
  }
  catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  }
  catch (fault) {
    // It is somebody else's, and lives.
    return (fault as NodeJS.ErrnoException).code === "EPERM";
  }
}
