import { messageOf, RealTimeError } from "../errors.js";
import type { MutationRecord } from "./mutation-record.js";
import type { MutationPlace } from "./mutation-store.js";

const NOT_KEPT = "could not be kept, and is lost if the page or process ends before it is answered";

/** The mutations of one channel in their store. What fails there is told, and stops nobody. */
export class KeptMutations {
  readonly #place: MutationPlace;
  readonly #channel: string;
  readonly #failed: (error: RealTimeError) => void;

  /** What an asynchronous store has not done yet. Of one mutation it is asked for one thing at a time: so the last one counts. */
  readonly #underWay = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(place: MutationPlace, channel: string, failed: (error: RealTimeError) => void) {
    this.#place = place;
    this.#channel = channel;
    this.#failed = failed;
  }

  get lastTime(): number { return this.#place.lastTime; }

  save(record: MutationRecord): void {
    this.#do(record.id, () => this.#place.save(record), NOT_KEPT, () => {});
  }

  /**
   * Keeps one as it is sent. What was kept of it before may be another thing, which a later page would send under the same id: where this cannot be kept, that is let go of.
   * @param then Called when it may be sent: nobody finds it as anything else any more, or it was told that somebody may.
   */
  saveAsSent(record: MutationRecord, then: () => void): void {
    this.#do(record.id, () => this.#place.save(record), NOT_KEPT, hasFailed => {
      if (hasFailed) this.#do(record.id, () => this.#place.forget(record.id), "could not be taken out of its store either: a later page or process may send it as it was before, and be told of a conflict", then);
      else then();
    });
  }

  /**
   * Lets go of one that is over.
   * @param then Called when nobody finds it any more, at once where the store says so at once; or with true where it could not be let go of.
   */
  letGo(id: string, then: (isStillKept: boolean) => void): void {
    this.#do(id, () => this.#place.forget(id), "is over, and could not be taken out of its store: a later page or process may send it once more, and be told something else", then);
  }

  close(): void {
    this.#isClosed = true;
    this.#place.close();
  }

  #do(id: string, act: () => void | Promise<void>, otherwise: string, then: (hasFailed: boolean) => void): void {
    const failed = (cause: unknown): void => {
      this.#failed(new RealTimeError("mutation-store", `A mutation of ${this.#channel} ${otherwise}: ${messageOf(cause)}`, { channel: this.#channel, cause }));
      then(true);
    };
    let done: void | Promise<void>;
    try {
      const former = this.#underWay.get(id);
      done = former ? former.then(() => this.#isClosed ? undefined : act()) : act();
    }
    catch (fault) {
      failed(fault);
      return;
    }
    if (!(done instanceof Promise)) {
      then(false);
      return;
    }
    const over: Promise<void> = done.catch(() => {}).then(() => { if (this.#underWay.get(id) === over) this.#underWay.delete(id); });
    this.#underWay.set(id, over);
    void done.then(() => then(false), failed);
  }
}
