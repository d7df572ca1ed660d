import { messageOf, RealTimeError } from "../errors.js";
/** The mutations of one channel in their store. What fails there is told, and stops nobody. */
export class KeptMutations {
    #place;
    #channel;
    #failed;
    constructor(place, channel, failed) {
        this.#place = place;
        this.#channel = channel;
        this.#failed = failed;
    }
    get lastTime() { return this.#place.lastTime; }
    save(record) {
        this.#do(() => this.#place.save(record), "could not be kept, and is lost if the page or process ends before it is answered", () => { });
    }
    /**
     * Lets go of one that is over.
     * @param then Called when nobody finds it any more, at once where the store says so at once; or with true where it could not be let go of.
     */
    letGo(id, then) {
        this.#do(() => this.#place.forget(id), "is over, and could not be taken out of its store: a later page or process may send it once more, and be told something else", then);
    }
    close() { this.#place.close(); }
    #do(act, otherwise, then) {
        const failed = (cause) => {
            this.#failed(new RealTimeError("mutation-store", `A mutation of ${this.#channel} ${otherwise}: ${messageOf(cause)}`, { channel: this.#channel, cause }));
            then(true);
        };
        let done;
        try {
            done = act();
        }
        catch (fault) {
            failed(fault);
            return;
        }
        if (done instanceof Promise)
            void done.then(() => then(false), failed);
        else
            then(false);
    }
}
