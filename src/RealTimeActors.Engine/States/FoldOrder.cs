using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.States;

/// <summary>Fold a channel's log up to an offset.</summary>
/// <param name="Channel">Whose.</param>
/// <param name="At">The state after this offset is wanted. It is on disk.</param>
/// <param name="TrimmedTo">Up to here the log was let go, when this was written.</param>
internal sealed record FoldOrder(ChannelName Channel, long At, long TrimmedTo)
{
    /// <summary>A state of before, to go on from; null: the one that is kept.</summary>
    internal StateAt? From { get; init; }

    /// <summary>Whether the state is to be kept as the one from which all later folds begin.</summary>
    internal bool IsKept { get; init; }
}
