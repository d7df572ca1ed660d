import { describe, expect, onTestFinished, test } from "vitest";
import { RealTimeClient, type ReceivedEvent, type Subscription } from "../../src/index.js";
import { clientOf, reason, startServer } from "./running.js";
import { serverCommand } from "./server-process.js";

/** What a component gets, and a way to wait for what it shows. */
interface RealTimeUpdates {
  events: ReceivedEvent[];
  lastEvent: ReceivedEvent | null;
  connected: boolean;
  reconnecting: boolean;
}

/** The client that the components of a page share. */
let realTimeClient: RealTimeClient;
let rendered: () => void = () => {};

/** The hook of the users' listing, without React: what it answers changes in place, and `rendered` is told of it. */
function useRealTimeUpdates(channels: string[], options?: { bufferSize?: number; debounceMs?: number; processImmediately?: string[] }): RealTimeUpdates & { subscription: Subscription } {
  const { bufferSize = 100, debounceMs, processImmediately } = options ?? {};
  const show = (change: Partial<RealTimeUpdates>): void => {
    Object.assign(updates, change);
    rendered();
  };
  const subscription = realTimeClient.subscribe(
    channels,
    event => show({ events: [...updates.events, event].slice(-bufferSize), lastEvent: event }),
    { shape: { ...(debounceMs !== undefined && { debounceMs }), ...(processImmediately && { immediate: processImmediately }) } });
  const updates = { events: [], lastEvent: null, connected: realTimeClient.state === "connected", reconnecting: false, subscription } as RealTimeUpdates & { subscription: Subscription };
  onTestFinished(realTimeClient.on("state", ({ state }) => show({ connected: state === "connected", reconnecting: state === "reconnecting" })));
  return updates;
}

function becomes(isTrue: () => boolean): Promise<void> {
  return new Promise(resolve => {
    rendered = () => { if (isTrue()) resolve(); };
    rendered();
  });
}

describe.skipIf(!serverCommand)(`On the real server${reason}`, () => {
  test("useRealTimeUpdates", async () => {
    const server = await startServer();
    realTimeClient = clientOf(server);
    await realTimeClient.connect();
    const sessionId = "7f3a";

    // As printed: function EmotionalAnalysisViewer({ sessionId }) { const { events, connected } = …
    const viewer = useRealTimeUpdates(
      [`session.${sessionId}.emotion`, `session.${sessionId}.pattern`],
      {
        debounceMs: 250,
        processImmediately: ["risk.flagged"],
      },
    );
    await viewer.subscription.started;
    const analyzer = clientOf(server);
    await analyzer.connect();
    const detected = (valence: number): Promise<unknown> => analyzer.publish(`session.${sessionId}.emotion`, "emotion.detected", { valence });

    // Twenty at once, and among them one that cannot wait.
    await Promise.all([...Array.from({ length: 20 }, (_, i) => detected(i)), analyzer.publish(`session.${sessionId}.emotion`, "risk.flagged", { level: "high" }), detected(20)]);
    await becomes(() => viewer.events.length === 2);

    expect(viewer.events.map(({ type, payload }) => [type, payload])).toEqual([["risk.flagged", { level: "high" }], ["emotion.detected", { valence: 20 }]]);
    expect(viewer.lastEvent).toMatchObject({ type: "emotion.detected", metadata: { timestamp: expect.any(Date) as Date } });
    expect([viewer.connected, viewer.reconnecting]).toEqual([true, false]);
    // What was left out is not missing.
    expect(viewer.subscription.positionIn(`session.${sessionId}.emotion`)).toMatchObject({ received: 22 });

    // {!connected && <ConnectionStatus status="reconnecting" />}
    await server.kill();
    await becomes(() => !viewer.connected && viewer.reconnecting);
    await server.restart();
    await becomes(() => viewer.connected);
    await analyzer.publish(`session.${sessionId}.pattern`, "pattern.identified", { name: "avoidance" });
    await becomes(() => viewer.lastEvent?.type === "pattern.identified");

    expect(viewer.events.map(({ type }) => type)).toEqual(["risk.flagged", "emotion.detected", "pattern.identified"]);
  }, 60_000);
});
