using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.States;

/// <summary>What a reader that works beside a channel tells it, once, before it ends.</summary>
internal abstract record StateReply
{
    private StateReply() { }

    /// <summary>The state as it was.</summary>
    internal sealed record Folded(StateAt State) : StateReply;

    /// <summary>The state at the trim point to be is on disk.</summary>
    internal sealed record BaseKept(long UpTo) : StateReply;

    /// <summary>Mutations of one key.</summary>
    /// <param name="Asked">What was asked for.</param>
    /// <param name="Events">In order of offset.</param>
    /// <param name="Next">The offset at which the next page begins; null: the end was reached.</param>
    internal sealed record HistoryRead(object Asked, IReadOnlyList<ChannelEvent> Events, long? Next) : StateReply;

    /// <summary>The reader is not there any more. Comes after whatever it has said, which a signal of the kernel's need not.</summary>
    internal sealed record Ended(IActorRef Reader) : StateReply;

    /// <summary>It could not be done.</summary>
    /// <param name="Asked">The order.</param>
    /// <param name="Code">Why, for programs.</param>
    /// <param name="Message">Why, for people.</param>
    internal sealed record Failed(object Asked, ErrorCode Code, string Message) : StateReply;
}
