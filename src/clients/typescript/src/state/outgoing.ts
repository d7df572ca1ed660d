import type { KeptMutations } from "./kept-mutations.js";
import type { Pending } from "./pending-mutations.js";

/** The mutations that go out next, in the order in which they were made: each when the store has it as it is sent. */
export class Outgoing {
  readonly #isKept = new Map<Pending, boolean>();

  constructor(private readonly kept: KeptMutations, private readonly maySend: () => boolean, private readonly send: (pending: Pending) => void) {
  }

  /** @param isKept Whether the store has it already as it is. */
  add(pending: Pending, isKept: boolean): void {
    this.#isKept.set(pending, isKept);
    if (isKept) this.sendNext();
    else {
      this.kept.saveAsSent(pending.record, () => {
        this.#isKept.set(pending, true);
        this.sendNext();
      });
    }
  }

  sendNext(): void {
    if (!this.maySend()) return;
    for (const [pending, isKept] of this.#isKept) {
      if (!isKept) return;
      this.#isKept.delete(pending);
      this.send(pending);
    }
  }
}
