import type { MutationRecord } from "./mutation-record.js";

/**
 * Keeps the mutations that are not answered yet, so that a page that is loaded again, or a process that is started again, sends what the former one could not.
 * Several clients may share a store: what one of them has made is sent by another one only once the first is gone.
 */
export interface MutationStore {
  /**
   * Opens a place for the mutations of one channel that one client makes from now on.
   * @param adopt Told, at once or later and perhaps more than once, of what others have left that are gone; from then on it is this client's to send and to forget.
   */
  open(channel: string, adopt: (left: readonly MutationRecord[]) => void): MutationPlace;
}

/** The place of one client and channel. What fails is told by throwing, or by a promise that is rejected. */
export interface MutationPlace {
  /** The latest time of any mutation that was ever saved in the store, of whatever channel; 0: of none. */
  readonly lastTime: number;

  /** Adds a mutation, or replaces it. It survives the page or process from when this has returned, or what it returned is fulfilled: only then it is sent. Of one mutation the next call comes when the one before is over. */
  save(record: MutationRecord): void | Promise<void>;

  /** It is answered, or was given up. What became of it is told when this has returned, or what it returned is fulfilled: from then on nobody finds it any more, whatever happens. */
  forget(id: string): void | Promise<void>;

  /** The client is gone; what is still here others may adopt. */
  close(): void;
}

/** Keeps mutations as long as the object lives, for one client after the other. */
export class MemoryMutationStore implements MutationStore {
  readonly #left = new Map<string, MutationRecord>();
  #lastTime = 0;

  open(channel: string, adopt: (left: readonly MutationRecord[]) => void): MutationPlace {
    const own = new Map<string, MutationRecord>();
    const left = [...this.#left.values()].filter(record => record.channel === channel);
    for (const record of left) {
      this.#left.delete(record.id);
      own.set(record.id, record);
    }
    if (left.length > 0) adopt(left);

    const lastTime = (): number => this.#lastTime;
    return {
      get lastTime() { return lastTime(); },
      save: record => {
        own.set(record.id, record);
        this.#lastTime = Math.max(this.#lastTime, record.time);
      },
      forget: id => { own.delete(id); },
      close: () => {
        for (const record of own.values()) this.#left.set(record.id, record);
        own.clear();
      },
    };
  }
}
