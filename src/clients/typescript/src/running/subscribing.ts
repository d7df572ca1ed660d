import { closeCodes } from "../codec/codes.js";
import type { Subscribe } from "../codec/frames.js";
import { RealTimeError } from "../errors.js";
import type { Notice } from "../machine/notices.js";
import type { SubscribeOptions } from "../options.js";
import type { ReceivedEvent } from "../received-event.js";
import { Subscription } from "../subscription.js";
import type { Driver } from "./driver.js";
import type { Feed, Subscriber } from "./feed.js";

/** Makes one subscription of feeds of its channels: those that are there already, where they are followed in the same way, and new ones. */
export function subscribeTo(
  driver: Driver, requests: readonly Subscribe[], callback: (event: ReceivedEvent<any>) => unknown, options: SubscribeOptions,
  failed: (error: RealTimeError) => void, isOver: (subscription: Subscription) => void): Subscription {
  for (const request of requests) checkShared(driver.feedOf(request.channel), request, options);

  let resolve!: () => void;
  let reject!: (error: RealTimeError) => void;
  const started = new Promise<void>((fulfil, refuse) => { [resolve, reject] = [fulfil, refuse]; });
  const feeds = new Map<string, Feed>();
  const waiting = new Set(requests.map(({ channel }) => channel));
  let subscription: Subscription | null = null;
  const early: (() => void)[] = [];

  const end = (channel: string, error: RealTimeError | null): void => {
    if (!subscription) {
      early.push(() => end(channel, error));
      return;
    }
    subscription.end(channel, error);
    reject(error ?? new RealTimeError("rejected", "The subscription was ended before the server took it up.", { channel, reason: "closed" }));
    if (subscription.state === "ended") isOver(subscription);
  };
  const take = (channel: string): void => {
    waiting.delete(channel);
    if (waiting.size === 0) resolve();
  };
  const subscriber: Subscriber = {
    callback,
    options,
    onNotice: (notice: Notice, isBrought: boolean) => {
      if (isBrought) return;
      if (notice.kind === "started") take(notice.channel);
      else if (notice.kind === "ended") end(notice.channel, notice.code === closeCodes.bye ? null : new RealTimeError("refused", notice.reason, { code: notice.code, channel: notice.channel }));
    },
    onThrown: (channel, error, isLast) => {
      if (isLast) end(channel, error);
      failed(error);
    },
  };

  for (const request of requests) {
    const present = driver.feedOf(request.channel);
    if (present) {
      present.add(subscriber);
      if (present.followed.isActive) take(request.channel);
    }
    feeds.set(request.channel, present ?? driver.follow(request, subscriber));
  }

  subscription = new Subscription(feeds, started, driver, channels => {
    for (const channel of channels) {
      const feed = feeds.get(channel);
      if (!feed) continue;
      driver.leave(feed, subscriber);
      end(channel, null);
    }
  });
  for (const happened of early) happened();
  return subscription;
}

/** A client follows each channel once; further callbacks get the same events from now on. */
function checkShared(feed: Feed | undefined, request: Subscribe, { from }: SubscribeOptions): void {
  if (!feed) return;

  const { from: _, ...present } = feed.followed.request;
  const { from: __, ...wanted } = request;
  const isSame = JSON.stringify(sorted(present)) === JSON.stringify(sorted(wanted));
  if (!isSame || (from !== undefined && from !== "now" && from !== "session")) {
    throw new TypeError(`The channel ${request.channel} is followed already. A further callback for it shares its events from now on, so that it cannot begin elsewhere or have other options; use another client for that.`);
  }
}

function sorted(fields: object): [string, unknown][] { return Object.entries(fields).sort(([one], [other]) => one < other ? -1 : 1); }
