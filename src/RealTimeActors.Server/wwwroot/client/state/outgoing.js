/** The mutations that go out next, in the order in which they were made: each when the store has it as it is sent. */
export class Outgoing {
    kept;
    maySend;
    send;
    #isKept = new Map();
    constructor(kept, maySend, send) {
        this.kept = kept;
        this.maySend = maySend;
        this.send = send;
    }
    /** @param isKept Whether the store has it already as it is. */
    add(pending, isKept) {
        this.#isKept.set(pending, isKept);
        if (isKept)
            this.sendNext();
        else {
            this.kept.saveAsSent(pending.record, () => {
                this.#isKept.set(pending, true);
                this.sendNext();
            });
        }
    }
    sendNext() {
        if (!this.maySend())
            return;
        for (const [pending, isKept] of this.#isKept) {
            if (!isKept)
                return;
            this.#isKept.delete(pending);
            this.send(pending);
        }
    }
}
