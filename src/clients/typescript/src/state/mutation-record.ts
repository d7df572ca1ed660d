import { Json } from "../codec/json-value.js";
import type { MutationOperation } from "./foresight.js";

/** A mutation that is not answered yet, as it is kept. */
export interface MutationRecord {
  /** `<producer>:<n>`. The server decides it once, however often it is sent. */
  readonly id: string;
  readonly channel: string;
  readonly key: string;
  readonly operation: MutationOperation;

  /** As JSON; absent where the operation needs none. */
  readonly value?: string;

  /** Unix milliseconds, by the {@link HybridClock} of who made it. */
  readonly time: number;

  /** The version of the key that it was made on; absent where that was not known. */
  readonly baseVersion?: number;

  /** The life of the log that the versions are of. */
  readonly epoch?: string;

  /** The precondition: the version, or 0 for "only if absent"; or that nobody else has changed the key since. */
  readonly ifVersion?: number | "unchanged";

  /** Whether it may have reached the server: from then on it stays as it is. */
  readonly isSent: boolean;
}

/** @internal A record as it was kept; null for anything else. */
export function recordOf(text: string | null): MutationRecord | null {
  if (text === null) return null;
  try {
    const read = JSON.parse(text) as Partial<MutationRecord> | null;
    const isRecord = typeof read === "object" && read !== null && typeof read.id === "string" && typeof read.channel === "string" && typeof read.key === "string" && typeof read.operation === "string"
      && OPERATIONS.has(read.operation) && typeof read.time === "number" && typeof read.isSent === "boolean" && (read.value === undefined || isJson(read.value));
    return isRecord ? read as MutationRecord : null;
  }
  catch {
    return null;
  }
}

function isJson(text: unknown): boolean {
  if (typeof text !== "string") return false;
  Json.parse(text);
  return true;
}

const OPERATIONS: ReadonlySet<string> = new Set<MutationOperation>(["merge", "set", "delete", "increment", "add", "remove"]);
