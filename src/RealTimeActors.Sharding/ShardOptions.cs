using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Sharding;

/// <summary>What the shards of a region have in common.</summary>
public sealed record ShardOptions<TMessage>
    where TMessage : class
{
    /// <summary>The entity that a message is for.</summary>
    public required Func<TMessage, string> EntityIdOf { get; init; }

    /// <summary>What makes the entities that write to a journal: the id, and the address where it asks to be passivated (<see cref="ShardMessage"/>).</summary>
    public required Func<IJournal, Func<string, IActorRef<ShardMessage>, Actor<object>>> CreateWith { get; init; }

    /// <summary>How entities are run. They are stopped, not restarted, when they fail: the next message starts a fresh one.</summary>
    public required ActorOptions EntityOptions { get; init; }

    /// <summary>The journal of a node that is alone, which owns all shards from the start; null: it is said later what it owns (<see cref="ShardMessage.Own"/>).</summary>
    public IJournal? Journal { get; init; }

    /// <summary>Answers who told what cannot be handed to anybody, and why not. Of a node that is alone nobody needs it.</summary>
    public Undelivered Undelivered { get; init; } = static (_, _, _) => { };

    /// <summary>Takes what a shard that has no owner has no room for: whoever tells it again at once finds no room again. Null: <see cref="Undelivered"/>.</summary>
    public Undelivered? NoRoom { get; init; }

    /// <summary>Told of a shard whose entities are another life from now on, here or elsewhere: what they were told and did not keep has to be told again. Called within the shard's run.</summary>
    public Action<int> Placed { get; init; } = static _ => { };

    /// <summary>Told of an entity that has failed, and ended without being asked: who relies on what it had in memory has to tell the next one. Called within the shard's run.</summary>
    public Action<string> Ended { get; init; } = static _ => { };

    /// <summary>Told when what was held for a shard goes on, if anything was: how long the first of it waited for somebody to have the shard.</summary>
    public Action<TimeSpan> Paused { get; init; } = static _ => { };

    /// <summary>An entity that is started wherever its shard is, without being told anything; null: there is none such.</summary>
    public string? Always { get; init; }

    /// <summary>The most messages that one shard holds while it has no owner. Default 10,000.</summary>
    public int HeldMax { get; init; } = 10_000;

    /// <summary>How long they are held. Default 4 s.</summary>
    public TimeSpan HeldFor { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Simulation only.</summary>
    internal PlantedShardBug Bug { get; init; }
}
