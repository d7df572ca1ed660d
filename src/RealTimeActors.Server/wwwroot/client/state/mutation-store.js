/** Keeps mutations as long as the object lives, for one client after the other. */
export class MemoryMutationStore {
    #left = new Map();
    #lastTime = 0;
    open(channel, adopt) {
        const own = new Map();
        const left = [...this.#left.values()].filter(record => record.channel === channel);
        for (const record of left) {
            this.#left.delete(record.id);
            own.set(record.id, record);
        }
        if (left.length > 0)
            adopt(left);
        const lastTime = () => this.#lastTime;
        return {
            get lastTime() { return lastTime(); },
            save: record => {
                own.set(record.id, record);
                this.#lastTime = Math.max(this.#lastTime, record.time);
            },
            forget: id => { own.delete(id); },
            close: () => {
                for (const record of own.values())
                    this.#left.set(record.id, record);
                own.clear();
            },
        };
    }
}
