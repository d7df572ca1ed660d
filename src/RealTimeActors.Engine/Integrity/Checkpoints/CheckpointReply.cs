using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>What is answered about checkpoints.</summary>
public abstract record CheckpointReply
{
    private CheckpointReply() { }

    /// <summary>A checkpoint.</summary>
    /// <param name="Checkpoint">The newest, or the one that was asked for; null: there is none yet, or none of that number any more.</param>
    /// <param name="Heads">The heads that it stands for, by name; null: they were not asked for.</param>
    public sealed record Shown(Checkpoint? Checkpoint, IReadOnlyList<CheckpointHead>? Heads) : CheckpointReply;

    /// <summary>A proof.</summary>
    public sealed record Proven(EventProof Proof) : CheckpointReply;

    /// <summary>It could not be done.</summary>
    public sealed record Refused(ErrorCode Code, string Message) : CheckpointReply
    {
        /// <summary>Whoever was to answer is not there any more.</summary>
        internal static Refused HasEnded { get; } = new(ErrorCode.Overloaded, "Who keeps the checkpoints has ended before this was answered; its successor is there soon. Ask again.");
    }
}
