/** What the contract falls back to until a welcome says otherwise. */
export const ADVICE_AT_FIRST = { minMs: 100, maxMs: 5_000, factor: 1.5, jitter: 1 };
/**
 * Pauses that grow from attempt to attempt and are spread by chance, so that clients that were cut off together do not come back together.
 * @param attempt 0 for the first.
 * @param chance 0 … 1.
 */
export function pauseOf(advice, attempt, chance) {
    // The exponent is bounded so that a long outage does not reach infinity.
    const wholeMs = Math.min(advice.minMs * Math.max(1, advice.factor) ** Math.min(attempt, 64), advice.maxMs);
    const jitter = clamp(advice.jitter);
    return wholeMs * (1 - jitter + jitter * clamp(chance));
}
export function clamp(share) { return Math.min(1, Math.max(0, share)); }
/** The earlier of two moments, of which either may never come. */
export function earlier(one, other) {
    return one === undefined || (other !== undefined && other < one) ? other : one;
}
