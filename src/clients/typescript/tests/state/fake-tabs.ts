import type { ListedStorage, Locks } from "../../src/index.js";

/** The storage of an origin, and the locks of its tabs. A tab that is closed loses its locks, and says nothing about it. */
export class FakeTabs {
  readonly #kept = new Map<string, string>();
  readonly #queues = new Map<string, { tab: string; grant: () => void }[]>();

  readonly storage: ListedStorage;

  constructor() {
    const kept = this.#kept;
    this.storage = {
      get length() { return kept.size; },
      key: index => [...kept.keys()][index] ?? null,
      getItem: name => kept.get(name) ?? null,
      setItem: (name, value) => { kept.set(name, value); },
      removeItem: name => { kept.delete(name); },
    };
  }

  get names(): string[] { return [...this.#kept.keys()]; }

  /** The locks as one tab sees them. */
  locksOf(tab: string): Locks {
    return {
      request: (name, { signal }, granted) => {
        const queue = this.#queues.get(name) ?? [];
        this.#queues.set(name, queue);
        return new Promise((resolve, reject) => {
          const entry = {
            tab,
            grant: () => {
              void granted().then(() => {
                this.#leave(name, entry);
                resolve(undefined);
              });
            },
          };
          signal?.addEventListener("abort", () => {
            if (queue[0] === entry) return;
            this.#leave(name, entry);
            reject(signal.reason as Error);
          });
          queue.push(entry);
          if (queue.length === 1) entry.grant();
        });
      },
    };
  }

  close(tab: string): void {
    for (const [name, queue] of this.#queues) {
      const first = queue[0];
      const rest = queue.filter(entry => entry.tab !== tab);
      this.#queues.set(name, rest);
      queue.splice(0, queue.length, ...rest);
      this.#queues.set(name, queue);
      if (first !== undefined && first !== rest[0]) rest[0]?.grant();
    }
  }

  #leave(name: string, entry: object): void {
    const queue = this.#queues.get(name)!;
    const wasFirst = queue[0] === entry;
    const at = queue.findIndex(other => other === entry);
    if (at >= 0) queue.splice(at, 1);
    if (wasFirst) queue[0]?.grant();
  }
}
