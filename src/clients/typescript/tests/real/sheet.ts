import { expect } from "vitest";
import { Json } from "../../src/codec/json-value.js";
import type { Entry } from "../../src/codec/frames.js";
import type { RealTimeClientOptions, SharedState } from "../../src/index.js";
import type { ServerConnection } from "./scripted-server.js";
import { Seen, start } from "./started.js";

/** What stands under a key of the sheet. */
export type Line = { amount?: number; spent?: number };

/** A client whose sheet is taken up at offset 5 with these lines. */
export async function loaded(options: Partial<RealTimeClientOptions>, lines: Record<string, Line>): Promise<Awaited<ReturnType<typeof start>> & { sheet: SharedState<Line>; connection: ServerConnection }> {
  const started = await start(options);
  const sheet = started.client.sharedState<Line>("sheet");
  void started.client.connect();
  const connection = await started.server.accept();
  const hello = await connection.welcome({ subscriptions: [{ channel: "sheet", epoch: "e1", offset: 5, head: 5, recovered: "none" }] });
  expect(hello.subscribe).toEqual([{ channel: "sheet", from: "now", mode: "state", order: "offset" }]);
  const entries = Object.entries(lines).map(([key, value]): Entry => ({ key, version: 1, value: Json.of(value) }));
  connection.says("state", { channel: "sheet", offset: 5, entries, last: true });
  await sheet.started;
  expect(sheet.state).toBe("live");
  return { ...started, sheet, connection };
}

/** What the sheet tells of changes that came from the server. */
export function changesOf(sheet: SharedState<Line>): Seen<Parameters<Parameters<typeof sheet.on<"changed">>[1]>[0]> {
  const seen = new Seen<Parameters<Parameters<typeof sheet.on<"changed">>[1]>[0]>();
  sheet.on("changed", change => { if (change.cause === "server") seen.add(change); });
  return seen;
}
