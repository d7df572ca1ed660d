using RealTimeActors.Actors;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Channels;

/// <summary>What every channel actor of a node is given.</summary>
internal sealed record ChannelServices(IJournal Journal, IEntropy Entropy, EngineOptions Options, IActorRef<FollowersCommand> Followers, IActorRef<DirectoryCommand> Directory, EngineMeters Meters)
{
    /// <summary>Whether edges may be on other nodes, which can fail by themselves.</summary>
    internal bool IsClustered { get; init; }

    /// <summary>Who has the heads of all logs signed; null: nobody.</summary>
    internal IActorRef<CheckpointCommand>? Checkpoints { get; init; }
}
