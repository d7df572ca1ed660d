using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>How long a publisher may have a channel wait for acks.</summary>
public static class DeliveredTime
{
    /// <summary>The longest. Whoever asked for more would find the answer early, and not know why.</summary>
    public const long MaxMs = 300_000;

    /// <summary>Why a publish cannot wait for so long; null: it can, or waits for no acks.</summary>
    public static string? FaultOf(Confirm confirm, long timeoutMs) => confirm == Confirm.Delivered && timeoutMs > MaxMs
        ? $"timeoutMs is expected to be at most {MaxMs} (5 minutes); '{timeoutMs}' came. Nothing was published."
        : null;
}
