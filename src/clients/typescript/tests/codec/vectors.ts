import { readFileSync } from "node:fs";
import { bytesOfHex, hexOfBytes } from "../../src/codec/wire-types.js";

/** The golden vectors, which are part of the specification. */
export function vectors<T>(file: string): T[] {
  return JSON.parse(readFileSync(new URL(`../../../../RealTimeActors.Protocol/vectors/${file}`, import.meta.url), "utf8")) as T[];
}

export interface FrameVector { name: string; json: string; protobuf: string }
export interface ProofVector { name: string; proof: string; key: string | null; fault: string | null; checkpoint: number | null }
export interface MalformedVector { name: string; json?: string; protobuf?: string; code: number; id: number }
export interface HashVector {
  name: string;
  event: { channel: string; offset: number; id: string; type: string; timeUnixMs: number; user?: string; key?: string; source?: string; correlationId?: string; priority: "critical" | "high" | "normal" | "low" };
  epoch: string;
  data: string;
  salt: string;
  commitment: string;
  previousHash: string;
  hash: string;
}

export { bytesOfHex, hexOfBytes };
