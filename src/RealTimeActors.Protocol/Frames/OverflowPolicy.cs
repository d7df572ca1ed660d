namespace RealTimeActors.Protocol.Frames;

/// <summary>What happens to a subscription that cannot keep up.</summary>
public enum OverflowPolicy : byte
{
    /// <summary>Read on from the log at its own pace.</summary>
    CatchUp,

    /// <summary>Keep the newest of each key.</summary>
    Conflate,

    /// <summary>Lose the oldest, and be told which.</summary>
    DropOldest,

    /// <summary>Be disconnected.</summary>
    Disconnect,
}
