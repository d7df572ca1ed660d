/** Told of what happens, by name. What a listener throws is reported and does not keep the others from being told. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: any) => void>>();

  /** Answers how to stop listening. */
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    let listeners = this.#listeners.get(name);
    if (!listeners) this.#listeners.set(name, listeners = new Set());
    listeners.add(listener);
    return () => { listeners.delete(listener); };
  }

  has(name: keyof Events): boolean { return (this.#listeners.get(name)?.size ?? 0) > 0; }

  emit<K extends keyof Events>(name: K, event: Events[K]): void {
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
export function report(fault: unknown): void {
  const reportError = (globalThis as { reportError?: (fault: unknown) => void }).reportError;
  if (reportError) reportError(fault);
  else console.error(fault);
}
