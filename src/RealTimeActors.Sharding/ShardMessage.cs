using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Sharding;

/// <summary>What a shard is told: by its entities about passivation, by its node about where it is.</summary>
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

    /// <summary>The same, handed on from the node that was asked to the one that should have the shard. It goes no further.</summary>
    public sealed record ListHere(string Region, int Shard, string Prefix, string After, int Limit, IActorRef<ShardEntities> ReplyTo) : ShardMessage;

    /// <summary>Shard to entity: the shard moves to another node. Write what has to be kept, and stop. Nothing follows but answers to what was asked, also where the move is called off because it takes
    /// too long: what comes then is for a successor.</summary>
    public sealed record Leave : ShardMessage
    {
        /// <summary>The one instance.</summary>
        public static Leave Instance { get; } = new();
    }

    /// <summary>To a shard: it is this node's now, and its entities write to <paramref name="Journal"/>. What was held is handed to them.</summary>
    public sealed record Own(IJournal Journal) : ShardMessage;

    /// <summary>To a shard: it is not this node's (any more); entities that are left end at once. What was held, and what comes, goes to <paramref name="Region"/>, or is held where that is null.</summary>
    /// <param name="Region">The region of the node that has it; null: nobody knows.</param>
    /// <param name="Epoch">Of the owner's fence: whoever took it anew has begun its entities anew, too.</param>
    public sealed record Elsewhere(IActorRef<object>? Region, long Epoch = 0) : ShardMessage;

    /// <summary>To a shard of this node that was told to drain: it does not move after all. What was held is handed to its entities; who was told to leave does so in good order, and makes room for a successor.</summary>
    public sealed record Remain : ShardMessage
    {
        /// <summary>The one instance.</summary>
        public static Remain Instance { get; } = new();
    }

    /// <summary>To a shard: hold what comes, until it is said who has it. Answered by <see cref="ShardMoved.Held"/>.</summary>
    public sealed record Hold(object? Tag, IActorRef<ShardMoved> ReplyTo) : ShardMessage;

    /// <summary>To a shard of this node: hold what comes, and let the entities end in good order. Answered by <see cref="ShardMoved.Drained"/> when none is left.</summary>
    public sealed record Drain(IActorRef<ShardMoved> ReplyTo) : ShardMessage;
}
