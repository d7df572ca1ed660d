/** What is checked once, when a client is made. */
export function checkOptions(options) {
    const { reconnectStrategy: strategy, encoding } = options;
    requireWhole("messageBuffer", options.messageBuffer, 1, 1_000_000);
    requireWhole("ackDelayMs", options.ackDelayMs, 0);
    requireWhole("outboxCountMax", options.outboxCountMax, 1);
    requireWhole("outboxBytesMax", options.outboxBytesMax, 1);
    requireWhole("publishWithinMs", options.publishWithinMs, 1);
    requireWhole("readWithinMs", options.readWithinMs, 1);
    requireWhole("connectWithinMs", options.connectWithinMs, 1);
    requireWhole("transportWithinMs", options.transportWithinMs, 1);
    if (options.pieceBytes !== 0)
        requireWhole("pieceBytes", options.pieceBytes, 1_024);
    if (encoding !== undefined && encoding !== "json" && encoding !== "protobuf")
        throw new TypeError(`encoding is expected to be "json" or "protobuf"; it is ${JSON.stringify(encoding)}.`);
    if (typeof strategy === "object") {
        requireNumber("reconnectStrategy.initialDelayMs", strategy.initialDelayMs, 0);
        requireNumber("reconnectStrategy.maxDelayMs", strategy.maxDelayMs, strategy.initialDelayMs);
        requireNumber("reconnectStrategy.factor", strategy.factor, 1);
        if (strategy.jitter !== undefined)
            requireNumber("reconnectStrategy.jitter", strategy.jitter, 0, 1);
    }
    else if (strategy !== undefined && typeof strategy !== "function") {
        throw new TypeError(`reconnectStrategy is expected to be {initialDelayMs, maxDelayMs, factor} or a function of the attempt; it is a ${typeof strategy}.`);
    }
}
function requireWhole(name, value, min, max = Infinity) {
    if (value === undefined)
        return;
    if (!Number.isSafeInteger(value))
        throw new RangeError(`${name} is expected to be a whole number; it is ${String(value)}.`);
    requireNumber(name, value, min, max);
}
function requireNumber(name, value, min, max = Infinity) {
    if (typeof value !== "number" || !(value >= min && value <= max))
        throw new RangeError(`${name} is expected to be ${max === Infinity ? `at least ${min}` : `${min} … ${max}`}; it is ${String(value)}.`);
}
