import { closeCodes } from "../codec/codes.js";
import { RealTimeError } from "../errors.js";
import { Subscription } from "../subscription.js";
/** Makes one subscription of feeds of its channels: those that are there already, where they are followed in the same way, and new ones. */
export function subscribeTo(driver, requests, callback, options, failed, isOver) {
    for (const request of requests)
        checkShared(driver.feedOf(request.channel), request, options);
    let resolve;
    let reject;
    const started = new Promise((fulfil, refuse) => { [resolve, reject] = [fulfil, refuse]; });
    const feeds = new Map();
    const waiting = new Set(requests.map(({ channel }) => channel));
    let subscription = null;
    const early = [];
    const end = (channel, error) => {
        if (!subscription) {
            early.push(() => end(channel, error));
            return;
        }
        subscription.end(channel, error);
        reject(error ?? new RealTimeError("rejected", "The subscription was ended before the server took it up.", { channel, reason: "closed" }));
        if (subscription.state === "ended")
            isOver(subscription);
    };
    const take = (channel) => {
        waiting.delete(channel);
        if (waiting.size === 0)
            resolve();
    };
    const subscriber = {
        callback,
        options,
        onNotice: (notice, isBrought) => {
            if (isBrought)
                return;
            if (notice.kind === "started")
                take(notice.channel);
            else if (notice.kind === "ended")
                end(notice.channel, notice.code === closeCodes.bye ? null : new RealTimeError("refused", notice.reason, { code: notice.code, channel: notice.channel }));
        },
        onThrown: (channel, error, isLast) => {
            if (isLast)
                end(channel, error);
            failed(error);
        },
    };
    for (const request of requests) {
        const present = driver.feedOf(request.channel);
        if (present) {
            present.add(subscriber);
            if (present.followed.isActive)
                take(request.channel);
        }
        feeds.set(request.channel, present ?? driver.follow(request, subscriber));
    }
    subscription = new Subscription(feeds, started, driver, channels => {
        for (const channel of channels) {
            const feed = feeds.get(channel);
            if (!feed)
                continue;
            driver.leave(feed, subscriber);
            end(channel, null);
        }
    });
    for (const happened of early)
        happened();
    return subscription;
}
/** A client follows each channel once; further callbacks get the same events from now on. */
function checkShared(feed, request, { from }) {
    if (!feed)
        return;
    const { from: _, ...present } = feed.followed.request;
    const { from: __, ...wanted } = request;
    const isSame = JSON.stringify(sorted(present)) === JSON.stringify(sorted(wanted));
    if (!isSame || (from !== undefined && from !== "now" && from !== "session")) {
        throw new TypeError(`The channel ${request.channel} is followed already. A further callback for it shares its events from now on, so that it cannot begin elsewhere or have other options; use another client for that.`);
    }
}
function sorted(fields) { return Object.entries(fields).sort(([one], [other]) => one < other ? -1 : 1); }
