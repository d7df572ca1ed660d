import { Followed } from "./followed.js";
import { bySpecificity, matches } from "./patterns.js";
/**
 * The channels that are followed because a pattern names them. Each has a place of its own in its log, whatever it came by; the server announces each before its
 * first event, on every connection anew.
 */
export class Members {
    #core;
    #all = new Map();
    constructor(core) {
        this.#core = core;
    }
    find(channel) { return this.#all.get(channel); }
    /** The channels that a pattern has brought so far. */
    namesOf(pattern) {
        const names = [];
        for (const member of this.#all.values())
            if (member.pattern === pattern)
                names.push(member.channel);
        return names;
    }
    /** Whoever stands for an announced channel: who did before, or somebody new where another pattern counts now. Undefined: no pattern that is followed names it. */
    announced(channel, patterns) {
        const present = this.#all.get(channel);
        let best;
        for (const pattern of patterns) {
            if (pattern.isPattern && pattern.isActive && matches(pattern.channel, channel) && (!best || bySpecificity(pattern.channel, best.channel) < 0))
                best = pattern;
        }
        if (!best || present?.pattern === best)
            return best && present;
        const member = new Followed({ ...best.request, channel }, best);
        this.#end(present);
        this.#all.set(channel, member);
        return member;
    }
    /** It is followed in another way from now on, or not at all. */
    remove(channel) {
        this.#end(this.#all.get(channel));
        this.#all.delete(channel);
    }
    /** A pattern is not followed any more. */
    removeOf(pattern) {
        for (const member of this.#all.values())
            if (member.pattern === pattern)
                this.remove(member.channel);
    }
    detach() {
        for (const member of this.#all.values()) {
            member.phase = "detached";
            member.ackWaits = false;
        }
    }
    /** The server goes on with it some other time; the pattern is asked for again. */
    interrupted(now, member) {
        member.phase = "detached";
        const pattern = member.pattern;
        if (pattern.isActive)
            pattern.retryAt = Math.min(pattern.retryAt ?? Infinity, now + this.#core.pause(pattern.attempts++));
    }
    #end(member) { if (member)
        member.phase = "ended"; }
}
