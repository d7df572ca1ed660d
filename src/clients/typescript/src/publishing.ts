import type { Priority, Publish, ReceiptBody, ReceiptStatus } from "./codec/frames.js";
import { Json } from "./codec/json-value.js";
import type { PublishOptions } from "./options.js";

/** An event as an application writes it. A received one can be published again as it is: what the server assigns (time, user, session) it assigns anew. */
export interface EventMessage {
  readonly type: string;

  /** What happened; `data` is another name for it. */
  readonly payload?: unknown;
  readonly data?: unknown;

  /** The publisher's own label. */
  readonly id?: string;
  readonly key?: string;
  readonly priority?: Priority;
  readonly metadata?: { readonly source?: string; readonly correlationId?: string; readonly timestamp?: unknown; readonly sessionId?: unknown; readonly userId?: unknown };
}

/** What a channel promises of a publish. */
export interface Receipt {
  /** How much is promised: in the owner's mailbox, on disk, acked by receivers. */
  readonly status: ReceiptStatus;
  readonly channel: string;

  /** The life of the log; empty where only `accepted` is promised. */
  readonly epoch: string;

  /** Where the event stands in it; 0 where only `accepted` is promised. */
  readonly offset: number;

  /** In hexadecimal digits; empty where the channel keeps no log. */
  readonly hash: string;

  /** It had been published before, by an earlier sending of the same publish; this is where. */
  readonly duplicate: boolean;

  /** How many sessions have acked it, of how many, where that was asked for; and who has not, at most a hundred of them. */
  readonly delivered?: { readonly acked: number; readonly of: number; readonly missing?: readonly { readonly session: string; readonly user?: string }[] };
}

/** @internal The frame of a publish, in whichever way it was called. */
export function messageOfEvent(channel: string, event: string | EventMessage, second: unknown, third: PublishOptions | undefined): { frame: Publish; options: PublishOptions } {
  if (typeof event === "string") return { frame: frameOf(channel, event, second, third ?? {}), options: third ?? {} };
  if (typeof event !== "object" || event === null) throw new TypeError(`A type and data, or an event {type, payload}, are expected; a ${typeof event} came.`);

  const { type, id, key, priority, metadata } = event;
  const options: PublishOptions = {
    ...(id !== undefined && { messageId: id }),
    ...(key !== undefined && { key }),
    ...(priority !== undefined && { priority }),
    ...(metadata?.source !== undefined && { source: metadata.source }),
    ...(metadata?.correlationId !== undefined && { correlationId: metadata.correlationId }),
    ...second as PublishOptions | undefined,
  };
  return { frame: frameOf(channel, type, event.payload === undefined ? event.data : event.payload, options), options };
}

/** @internal */
export function receiptOf({ status, channel, epoch = "", offset = 0, hash = "", duplicate, delivered }: ReceiptBody): Receipt {
  return { status, channel, epoch, offset, hash, duplicate, ...(delivered && { delivered }) };
}

function frameOf(channel: string, type: string, data: unknown, options: PublishOptions): Publish {
  if ((options.confirm as string) === "none") throw new TypeError("A receipt is never given with confirm none; use send() for it.");
  const { signal: _, ...said } = options;
  return { ...said, channel, type, data: data instanceof Json ? data : Json.of(data) };
}
