using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>What the node's checkpoints are told, and asked.</summary>
public abstract record CheckpointCommand
{
    private CheckpointCommand() { }

    /// <summary>Events of a channel are on disk now: those from this offset on, with these hashes. Told once for each row.</summary>
    internal sealed record Advanced(ChannelName Channel, string Epoch, long First, IReadOnlyList<ReadOnlyMemory<byte>> Hashes) : CheckpointCommand;

    /// <summary>A channel has read its log: it may hold what nobody was told of.</summary>
    internal sealed record Stands(ChannelName Channel, long Head) : CheckpointCommand;

    /// <summary>The newest checkpoint. Answered by <see cref="CheckpointReply.Shown"/> or <see cref="CheckpointReply.Refused"/>.</summary>
    /// <param name="WithHeads">Whether the heads of all channels are wanted, too.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record ShowLatest(bool WithHeads, IActorRef<CheckpointReply> ReplyTo) : CheckpointCommand;

    /// <summary>One that is still kept. Answered as <see cref="ShowLatest"/>.</summary>
    public sealed record Show(long Number, IActorRef<CheckpointReply> ReplyTo) : CheckpointCommand;

    /// <summary>A proof of one event. Whether the asker may read it is the caller's to find out. Answered by <see cref="CheckpointReply.Proven"/> or <see cref="CheckpointReply.Refused"/>.</summary>
    /// <param name="Channel">Where it stands.</param>
    /// <param name="Offset">Its offset.</param>
    /// <param name="Fields">The names of the fields that are shown; null: all.</param>
    /// <param name="ReplyTo">Who asks.</param>
    public sealed record Prove(ChannelName Channel, long Offset, IReadOnlyCollection<string>? Fields, IActorRef<CheckpointReply> ReplyTo) : CheckpointCommand;

    /// <summary>Which checkpoint covers this event, or the first that may? Answered by <see cref="LocatedCheckpoint"/>.</summary>
    internal sealed record Locate(ChannelName Channel, long Offset, long TimeUnixMs, IActorRef<LocatedCheckpoint> ReplyTo) : CheckpointCommand;
}
