import type { ServerBodies } from "../codec/frames.js";
import type { Notice } from "../machine/notices.js";

/** Told of a state that is followed, in the order in which it happened. */
export interface StateSink {
  snapshot(part: ServerBodies["state"]): void;
  change(change: ServerBodies["change"]): void;

  /** It has come further without a change. */
  passed(): void;
  noticed(notice: Notice): void;
}
