using RealTimeActors.Actors;

namespace RealTimeActors.Sharding;

/// <summary>One shard: starts entities on demand, routes to them, lets idle ones go. The unit that moves between nodes.</summary>
internal sealed class ShardActor<TMessage>(
    Func<TMessage, string> entityIdOf,
    Func<string, IActorRef<ShardMessage>, Actor<object>> create,
    ActorOptions entityOptions,
    ShardFigures figures) : Actor<object>
    where TMessage : class
{
    private readonly Dictionary<string, Entity> _entities = [];

    /// <summary>The ids of the entities in their order, so that a page of them costs the page and not the shard.</summary>
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);

    protected override void Receive(object message)
    {
        switch (message)
        {
            case TMessage forEntity:
                Route(forEntity);
                break;
            case ShardMessage.Passivate passivate:
                OnPassivate(passivate.EntityId);
                break;
            case ShardMessage.Stay stay:
                OnStay(stay.EntityId);
                break;
            case ShardMessage.List list:
                list.ReplyTo.Tell(new ShardEntities(_entities.Count, [.. Ids(list.Prefix, list.After).Take(list.Limit)]));
                break;
        }
    }

    protected override void OnSignal(Signal signal)
    {
        if (signal is not Signal.Terminated(var actor))
            return;

        // It is called by its id: a table from actors to ids would be one more entry for each of them.
        var id = actor.Path.Name;
        if (!_entities.TryGetValue(id, out var entity) || entity.Ref != actor)
            return;

        _entities.Remove(id);
        figures.Active = _entities.Count;
        if (entity.Waiting is not null)
            figures.Passivated++;

        _ids.Remove(id);
        foreach (var message in entity.Waiting ?? [])
            Route(message);
    }

    private void Route(TMessage message)
    {
        var id = entityIdOf(message);
        if (!_entities.TryGetValue(id, out var entity))
            entity = Start(id);

        if (entity.Waiting is { } waiting)
            waiting.Enqueue(message);
        else
            entity.Ref.Tell(message);
    }

    private IEnumerable<string> Ids(string prefix, string after)
    {
        var from = string.CompareOrdinal(after, prefix) > 0 ? after : prefix;
        var to = prefix + char.MaxValue;
        return string.CompareOrdinal(from, to) > 0 ? [] : _ids.GetViewBetween(from, to).SkipWhile(id => id == after);
    }

    private Entity Start(string id)
    {
        // The name is free: a predecessor of the same id is in the table until it has ended.
        var entityRef = Context.Spawn(id, () => create(id, Self), entityOptions);
        var entity = new Entity(entityRef);
        _entities.Add(id, entity);
        figures.Active = _entities.Count;
        figures.Activated++;
        _ids.Add(id);
        Context.Watch(entityRef);
        return entity;
    }

    private void OnPassivate(string id)
    {
        if (!_entities.TryGetValue(id, out var entity) || entity.Waiting is not null)
            return;

        entity.Waiting = new Queue<TMessage>();
        entity.Ref.Tell(ShardMessage.Stop.Instance);
    }

    private void OnStay(string id)
    {
        if (!_entities.TryGetValue(id, out var entity) || entity.Waiting is not { } waiting)
            return;

        entity.Waiting = null;
        foreach (var message in waiting)
            entity.Ref.Tell(message);
    }

    private sealed class Entity(IActorRef<object> entityRef)
    {
        internal IActorRef<object> Ref { get; } = entityRef;

        /// <summary>What came while the entity was stopping. Bounded by the senders: a connection has a window, a request one message.</summary>
        internal Queue<TMessage>? Waiting { get; set; }
    }
}
