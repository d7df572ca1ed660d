import type { Notice, ReceivedEvent } from "../../src/index.js";

/** What an application saw of its channels, and a way to wait for it. */
export class Application {
  readonly seen: ReceivedEvent<number>[] = [];
  readonly notices: Notice[] = [];
  #waiting: { count: number; resolve: () => void } | null = null;

  readonly apply = (event: ReceivedEvent<number>): void => {
    this.seen.push(event);
    if (this.#waiting && this.seen.length >= this.#waiting.count) this.#waiting.resolve();
  };

  readonly noticed = (notice: Notice): void => { this.notices.push(notice); };

  countIs(count: number): Promise<void> {
    return this.seen.length >= count ? Promise.resolve() : new Promise(resolve => { this.#waiting = { count, resolve }; });
  }

  get offsets(): number[] { return this.seen.map(({ offset }) => offset); }
}

export function upTo(count: number): number[] { return Array.from({ length: count }, (_, i) => i + 1); }
