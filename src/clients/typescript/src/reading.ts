import type { From, PageBody } from "./codec/frames.js";
import { ReceivedEvent } from "./received-event.js";

/** A page of a channel's log. */
export interface EventPage<T = unknown> {
  readonly epoch: string;
  readonly events: readonly ReceivedEvent<T>[];

  /** Give it as `from` to read on; null at the end. */
  readonly next: From | null;
}

/** @internal */
export function pageOf<T>({ epoch = "", events, next }: PageBody): EventPage<T> {
  return {
    epoch,
    // Nothing waits for an ack of what was read.
    events: events.map(event => new ReceivedEvent<T>({ event, epoch, isReplay: true }, () => {})),
    next: next === undefined ? null : { epoch, offset: next },
  };
}
