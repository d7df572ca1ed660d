import { messageOf, RealTimeError } from "../errors.js";
import type { MutationRecord } from "./mutation-record.js";
import type { MutationPlace } from "./mutation-store.js";

/** The mutations of one channel in their store. What fails there is told, and stops nobody. */
export class KeptMutations {
  readonly #place: MutationPlace;
  readonly #channel: string;
  readonly #failed: (error: RealTimeError) => void;

  constructor(place: MutationPlace, channel: string, failed: (error: RealTimeError) => void) {
    this.#place = place;
    this.#channel = channel;
    this.#failed = failed;
  }

  get lastTime(): number { return this.#place.lastTime; }

  save(record: MutationRecord): void {
    this.#do(() => this.#place.save(record), "could not be kept, and is lost if the page or process ends before it is answered", () => {});
  }

  /**
   * Lets go of one that is over.
   * @param then Called when nobody finds it any more, at once where the store says so at once; or with true where it could not be let go of.
   */
  letGo(id: string, then: (isStillKept: boolean) => void): void {
    this.#do(() => this.#place.forget(id), "is over, and could not be taken out of its store: a later page or process may send it once more, and be told something else", then);
  }

  close(): void { this.#place.close(); }

  #do(act: () => void | Promise<void>, otherwise: string, then: (hasFailed: boolean) => void): void {
    const failed = (cause: unknown): void => {
      this.#failed(new RealTimeError("mutation-store", `A mutation of ${this.#channel} ${otherwise}: ${messageOf(cause)}`, { channel: this.#channel, cause }));
      then(true);
    };
    let done: void | Promise<void>;
    try {
      done = act();
    }
    catch (fault) {
      failed(fault);
      return;
    }
    if (done instanceof Promise) void done.then(() => then(false), failed);
    else then(false);
  }
}
