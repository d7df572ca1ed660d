import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryMutationStore, WebStorageMutationStore, type MutationRecord, type MutationStore } from "../../src/index.js";
import { FileMutationStore } from "../../src/node.js";
import { FakeTabs } from "./fake-tabs.js";

let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), "realtime-")); });
afterEach(() => rmSync(directory, { recursive: true }));

describe.each<[string, () => () => MutationStore]>([
  ["In memory", () => {
    const store = new MemoryMutationStore();
    return () => store;
  }],
  ["In a file", () => () => new FileMutationStore(join(directory, "new", "mutations"))],
  ["In a browser", () => {
    const tabs = new FakeTabs();
    return () => new WebStorageMutationStore("mine", { storage: tabs.storage, locks: tabs.locksOf("tab") });
  }],
])("%s", (_, kind) => {
  test("what is not answered is there for the next one, in its order, and in its last shape", async () => {
    const next = kind();
    const first = next().open("sheet", () => expect.unreachable());
    first.save(record("p:1", 10));
    first.save(record("p:2", 20));
    first.save(record("p:3", 30));
    first.forget("p:2");
    first.save({ ...record("p:1", 10), baseVersion: 7, isSent: true });
    first.close();

    const left = await leftIn(next(), "sheet");

    expect(left).toEqual([{ ...record("p:1", 10), baseVersion: 7, isSent: true }, record("p:3", 30)]);
  });

  test("each channel has its own, and the clock is of all", async () => {
    const next = kind();
    const store = next();
    const [sheet, other] = [store.open("sheet", () => {}), store.open("sheet.other", () => {})];
    sheet.save(record("p:1", 10));
    other.save({ ...record("q:1", 50), channel: "sheet.other" });
    other.forget("q:1");
    sheet.close();
    other.close();

    const again = next();
    expect(await leftIn(again, "sheet.other")).toEqual([]);
    expect(again.open("more", () => {}).lastTime).toBe(50);
    expect(await leftIn(again, "sheet")).toHaveLength(1);
  });
});

describe("In a browser", () => {
  test("what a tab has made no other one sends as long as that lives, and then at once", async () => {
    const tabs = new FakeTabs();
    const taken: Record<string, string[]> = { second: [], third: [] };
    const open = (tab: string): void => void storeOf(tabs, tab).open("sheet", left => { taken[tab]!.push(...left.map(({ id }) => id)); });
    const first = storeOf(tabs, "first").open("sheet", () => {});
    first.save(record("p:1", 10));
    first.save(record("p:2", 20));

    open("second");
    open("third");
    await nothingMore();
    const before = { ...taken, second: [...taken.second!] };
    first.forget("p:1");
    tabs.close("first");
    await nothingMore();

    expect(before).toEqual({ second: [], third: [] });
    expect(taken).toEqual({ second: ["p:2"], third: [] });
  });

  test("what was taken over stays where it is until it is answered, so that the next tab has it again", async () => {
    const tabs = new FakeTabs();
    storeOf(tabs, "first").open("sheet", () => {}).save(record("p:1", 10));
    tabs.close("first");
    const second = storeOf(tabs, "second").open("sheet", () => {});
    second.save({ ...record("p:1", 10), isSent: true });
    tabs.close("second");

    const third = storeOf(tabs, "third");
    let left: readonly MutationRecord[] = [];
    const place = third.open("sheet", records => { left = records; });
    await nothingMore();
    place.forget("p:1");

    expect(left).toEqual([{ ...record("p:1", 10), isSent: true }]);
    expect(tabs.names).toEqual(["mine/clock"]);
  });

  test("without locks it is taken over at once; and what is no mutation is thrown away", () => {
    const tabs = new FakeTabs();
    tabs.storage.setItem("mine/sheet/x/p:9", "{\"id\":1}");
    tabs.storage.setItem("mine/sheet/x/p:8", JSON.stringify({ ...record("p:8", 1), value: "{" }));
    new WebStorageMutationStore("mine", { storage: tabs.storage, locks: null }).open("sheet", () => expect.unreachable()).save(record("p:1", 10));
    const left: MutationRecord[] = [];

    new WebStorageMutationStore("mine", { storage: tabs.storage, locks: null }).open("sheet", records => left.push(...records));

    expect(left).toEqual([record("p:1", 10)]);
  });

  test("a runtime without storage says so", () => {
    expect(() => new WebStorageMutationStore()).toThrow(/FileMutationStore/);
  });
});

describe("In a file", () => {
  test("a second process is refused, and one that is gone is not in the way", () => {
    const path = join(directory, "mutations");
    writeFileSync(`${path}.lock`, "1");
    expect(() => new FileMutationStore(path).open("sheet", () => {})).toThrow(/process 1 uses it/);
    writeFileSync(`${path}.lock`, "999999999");

    const place = new FileMutationStore(path).open("sheet", () => {});

    expect(() => new FileMutationStore(path).open("sheet", () => {})).toThrow(/Give each process a file of its own/);
    place.close();
    new FileMutationStore(path).open("sheet", () => {}).close();
  });

  test("only its owner reads it; a line that is torn takes nothing else with it; and it does not grow for ever", async () => {
    const path = join(directory, "mutations");
    const place = new FileMutationStore(path).open("sheet", () => {});
    for (let i = 0; i < 520; i++) {
      place.save(record(`p:${i}`, i));
      if (i > 0) place.forget(`p:${i}`);
    }
    place.close();
    const { mode, size } = statSync(path);
    appendFileSync(path, `{"save":{"id":"p:99`);

    expect(mode & 0o777).toBe(0o600);
    expect(size).toBeLessThan(20_000);
    expect((await leftIn(new FileMutationStore(path), "sheet")).map(({ id }) => id)).toEqual(["p:0"]);
    expect(readFileSync(path, "utf8")).not.toContain("p:99");
  });
});

function storeOf(tabs: FakeTabs, tab: string): WebStorageMutationStore { return new WebStorageMutationStore("mine", { storage: tabs.storage, locks: tabs.locksOf(tab) }); }

async function leftIn(store: MutationStore, channel: string): Promise<MutationRecord[]> {
  const left: MutationRecord[] = [];
  const place = store.open(channel, records => left.push(...records));
  await nothingMore();
  place.close();
  return left;
}

/** Until whatever follows by itself has followed. */
function nothingMore(): Promise<void> { return new Promise(resolve => setImmediate(resolve)); }

function record(id: string, time: number): MutationRecord { return { id, channel: "sheet", key: "a", operation: "merge", value: `{"amount":${time}}`, time, isSent: false }; }
