import { ReceivedEvent } from "./received-event.js";
/** @internal */
export function pageOf({ epoch = "", events, next }) {
    return {
        epoch,
        // Nothing waits for an ack of what was read.
        events: events.map(event => new ReceivedEvent({ event, epoch, isReplay: true }, () => { })),
        next: next === undefined ? null : { epoch, offset: next },
    };
}
