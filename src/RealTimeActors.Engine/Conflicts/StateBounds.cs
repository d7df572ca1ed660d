namespace RealTimeActors.Engine.Conflicts;

/// <summary>How much is remembered of what was removed. Part of the format: a change here would change the fold of old events.</summary>
internal static class StateBounds
{
    /// <summary>Deleted keys of a channel that are remembered. Beyond it the oldest is forgotten, and new keys begin above its version.</summary>
    internal const int TombstonesMax = 10_000;

    /// <summary>Removed fields of one value that are remembered. Beyond it the older half is forgotten, and a new field must be newer than they.</summary>
    internal const int RemovedFieldsMax = 1_000;

    /// <summary>Removed members of one set that are remembered; so with them.</summary>
    internal const int RemovedMembersMax = 1_000;

    /// <summary>Bytes of the data of a <c>$state</c> event: with its envelope it fits into a frame of 64 KiB.</summary>
    internal const int EventBytesMax = 60_000;
}
