using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

/// <summary>Pauses that grow from attempt to attempt and are spread by chance, so that clients that were cut off together do not come back together.</summary>
internal static class Backoff
{
    /// <param name="advice">Least and greatest pause, growth, and the part of a pause that is left to chance.</param>
    /// <param name="attempt">0 for the first.</param>
    /// <param name="chance">0 … 1.</param>
    internal static TimeSpan Pause(ReconnectAdvice advice, int attempt, double chance)
    {
        // The exponent is bounded so that a long outage does not reach infinity.
        var wholeMs = Math.Min(advice.MinMs * Math.Pow(Math.Max(1, advice.Factor), Math.Min(attempt, 64)), advice.MaxMs);
        var jitter = Math.Clamp(advice.Jitter, 0, 1);
        return TimeSpan.FromMilliseconds(wholeMs * (1 - jitter + (jitter * Math.Clamp(chance, 0, 1))));
    }
}
