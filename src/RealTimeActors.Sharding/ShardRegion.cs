using RealTimeActors.Actors;

namespace RealTimeActors.Sharding;

/// <summary>
/// The one address of all entities of a kind: whatever is told to it reaches the entity that the message names, which is started when it is not there.
/// </summary>
/// <remarks>Immutable, so that any actor and any thread may tell it. Messages from one sender to one entity arrive in order as long as its shard stays where it is; where it moves
/// after a lease was lost, what waited for it elsewhere, or is passed on, may come behind what was said later. What must not be taken for the later carries a number.</remarks>
public sealed class ShardRegion<TMessage> : IActorRef<TMessage>
    where TMessage : class
{
    private readonly Func<TMessage, string> _entityIdOf;
    private readonly IActorRef<object>[] _shards;
    private readonly ShardFigures[] _figures;
    private readonly ActorSystem _system;

    /// <summary>Starts the shards of a region.</summary>
    /// <param name="system">Where they live.</param>
    /// <param name="name">The region's name, as <c>channels</c>.</param>
    /// <param name="shards">How many shards there are.</param>
    /// <param name="options">What they have in common.</param>
    public ShardRegion(ActorSystem system, string name, int shards, ShardOptions<TMessage> options)
    {
        _entityIdOf = options.EntityIdOf;
        _system = system;
        _shards = new IActorRef<object>[shards];
        _figures = new ShardFigures[shards];
        for (var i = 0; i < shards; i++)
        {
            var (shard, figures) = (i, _figures[i] = new ShardFigures());
            var always = options.Always is { } id && ShardMap.ShardOf(id, shards) == shard ? id : null;
            _shards[i] = system.Spawn($"{name}-{i}", () => new ShardActor<TMessage>(name, shard, options, always, figures));
        }

        Path = new ActorPath(null, name);
    }

    /// <inheritdoc/>
    public ActorPath Path { get; }

    /// <summary>Entities that are in memory. This and the next three are looks from outside: safe from anywhere, out of date as soon as they are told.</summary>
    public long Active => Array.ConvertAll(_figures, figures => figures.Active).Sum();

    /// <summary>Entities that were started since the region was.</summary>
    public long Activated => Array.ConvertAll(_figures, figures => figures.Activated).Sum();

    /// <summary>Entities that left the memory because nobody used them.</summary>
    public long Passivated => Array.ConvertAll(_figures, figures => figures.Passivated).Sum();

    /// <summary>Messages that wait to be handed to entities, in all shards.</summary>
    public long MessagesWaiting => Array.ConvertAll(_shards, shard => (long)_system.MessagesWaiting(shard)).Sum();

    /// <summary>Of one shard: its entities in memory, and the messages in its inbox.</summary>
    public (long Active, long Waiting) CountsOf(int shard) => (_figures[shard].Active, _system.MessagesWaiting(_shards[shard]));

    /// <summary>How many shards there are, and so how many answers <see cref="List"/> gets.</summary>
    public int Shards => _shards.Length;

    /// <summary>Asks every shard which entities it has in memory, wherever it is. Each answers for itself with <see cref="ShardEntities"/>; nothing is started by it.</summary>
    /// <param name="prefix">Ids that begin so.</param>
    /// <param name="after">Ids that come after this one (exclusive, ordinal; empty for the start).</param>
    /// <param name="limit">The most ids from each shard; 0: only how many there are.</param>
    /// <param name="replyTo">Who asks.</param>
    public void List(string prefix, string after, int limit, IActorRef<ShardEntities> replyTo)
    {
        var list = new ShardMessage.List(prefix, after, limit, replyTo);
        foreach (var shard in _shards)
            shard.Tell(list);
    }

    /// <summary>Asks one shard, as <see cref="List"/> asks all: where an answer was lost with a link between nodes.</summary>
    public void ListShard(int shard, string prefix, string after, int limit, IActorRef<ShardEntities> replyTo) => _shards[shard].Tell(new ShardMessage.List(prefix, after, limit, replyTo));

    /// <summary>Tells one shard where it is from now on.</summary>
    public void Tell(int shard, ShardMessage message) => _shards[shard].Tell(message);

    /// <summary>What comes from another node: a message for an entity, or a question to a shard.</summary>
    public void TellFromNode(object message)
    {
        if (message is ShardMessage.ListHere list && list.Shard >= 0 && list.Shard < _shards.Length)
            _shards[list.Shard].Tell(list);
        else
            Tell((TMessage)message);
    }

    /// <inheritdoc/>
    public void Tell(TMessage message) => _shards[ShardMap.ShardOf(_entityIdOf(message), _shards.Length)].Tell(message);
}
