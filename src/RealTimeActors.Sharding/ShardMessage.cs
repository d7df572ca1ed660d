using RealTimeActors.Actors;

namespace RealTimeActors.Sharding;

/// <summary>What entities and their shard say to each other about passivation.</summary>
public abstract record ShardMessage
{
    private ShardMessage() { }

    /// <summary>Entity to shard: I am idle and would like to stop. The shard answers with <see cref="Stop"/>, and keeps what comes for the entity from then on.</summary>
    public sealed record Passivate(string EntityId) : ShardMessage;

    /// <summary>Shard to entity: nothing follows this message. Stop yourself, or say <see cref="Stay"/>.</summary>
    public sealed record Stop : ShardMessage
    {
        /// <summary>The one instance.</summary>
        public static Stop Instance { get; } = new();
    }

    /// <summary>Entity to shard: something came in between, I stay.</summary>
    public sealed record Stay(string EntityId) : ShardMessage;

    /// <summary>Which entities are in memory? Those whose id begins with <paramref name="Prefix"/> and comes after <paramref name="After"/>, in ordinal order, at most
    /// <paramref name="Limit"/> (0: only how many there are). Answered by <see cref="ShardEntities"/>.</summary>
    public sealed record List(string Prefix, string After, int Limit, IActorRef<ShardEntities> ReplyTo) : ShardMessage;
}
