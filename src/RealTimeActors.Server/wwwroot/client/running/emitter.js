/** Told of what happens, by name. What a listener throws is reported and does not keep the others from being told. */
export class Emitter {
    #listeners = new Map();
    /** Answers how to stop listening. */
    on(name, listener) {
        let listeners = this.#listeners.get(name);
        if (!listeners)
            this.#listeners.set(name, listeners = new Set());
        listeners.add(listener);
        return () => { listeners.delete(listener); };
    }
    has(name) { return (this.#listeners.get(name)?.size ?? 0) > 0; }
    emit(name, event) {
        for (const listener of [...this.#listeners.get(name) ?? []]) {
            try {
                listener(event);
            }
            catch (fault) {
                report(fault);
            }
        }
    }
}
/** For whoever looks at the console: nobody else was there to be told. */
export function report(fault) {
    const reportError = globalThis.reportError;
    if (reportError)
        reportError(fault);
    else
        console.error(fault);
}
