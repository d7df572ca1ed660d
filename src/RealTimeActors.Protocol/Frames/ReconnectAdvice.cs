namespace RealTimeActors.Protocol.Frames;

/// <summary>How long to wait between attempts: from <paramref name="MinMs"/>, times <paramref name="Factor"/> each, up to <paramref name="MaxMs"/>;
/// <paramref name="Jitter"/> is the part of the pause (0 … 1) that is left to chance.</summary>
public sealed record ReconnectAdvice(long MinMs, long MaxMs, double Factor, double Jitter);
