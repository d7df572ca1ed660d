using RealTimeActors.Actors;

namespace RealTimeActors.Sharding;

/// <summary>One shard on one node. Where the node owns it: starts entities on demand, routes to them, lets idle ones go. Elsewhere: hands on what comes. In between: keeps it. The unit that moves between nodes.</summary>
internal sealed class ShardActor<TMessage>(string region, int shard, ShardOptions<TMessage> options, string? always, ShardFigures figures) : Actor<object>
    where TMessage : class
{
    private static readonly object _heldDue = new();

    private readonly Dictionary<string, Entity> _entities = [];

    /// <summary>The ids of the entities in their order, so that a page of them costs the page and not the shard.</summary>
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>What came while nobody could take it, oldest first, and when.</summary>
    private Queue<(TMessage Message, long At)>? _held;

    /// <summary>Makes entities; null: the shard is not this node's.</summary>
    private Func<string, IActorRef<ShardMessage>, Actor<object>>? _create = options.Journal is { } journal ? options.CreateWith(journal) : null;

    /// <summary>The region of the node that owns the shard; null: it is this one, or nobody knows.</summary>
    private IActorRef<object>? _elsewhere;
    private IActorRef<ShardMoved>? _drained;
    private bool _isHolding;

    /// <summary>Of the owner's fence, where it is elsewhere.</summary>
    private long _epoch;

    protected override void OnStart() => StartAlways();

    protected override void Receive(object message)
    {
        switch (message)
        {
            case TMessage forEntity:
                Take(forEntity);
                break;
            case ShardMessage.Passivate passivate:
                OnPassivate(passivate.EntityId);
                break;
            case ShardMessage.Stay stay:
                OnStay(stay.EntityId);
                break;
            case ShardMessage.List list:
                OnList(list);
                break;
            case ShardMessage.ListHere list:
                list.ReplyTo.Tell(Entities(list.Prefix, list.After, list.Limit));
                break;
            case ShardMessage.Own own:
                OnOwn(own);
                break;
            case ShardMessage.Elsewhere elsewhere:
                OnElsewhere(elsewhere);
                break;
            case ShardMessage.Remain:
                OnRemain();
                break;
            case ShardMessage.Hold hold:
                _isHolding = true;
                hold.ReplyTo.Tell(new ShardMoved.Held(shard, hold.Tag));
                break;
            case ShardMessage.Drain drain:
                OnDrain(drain.ReplyTo);
                break;
            case var due when ReferenceEquals(due, _heldDue):
                GiveUpOld();
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
        else if (!_isHolding)
            options.Ended(id);

        _ids.Remove(id);
        if (_drained is not null && !entity.IsEnding && entity.Waiting is { Count: > 0 } last)
            FinishHere(id, last);
        else if (_isHolding && entity.Waiting is { Count: > 0 } waiting)
            HoldFirst(waiting);
        else
            foreach (var message in entity.Waiting ?? [])
                Take(message);

        if (entity.IsEnding || entity.IsLeaving)
            StartAlways();

        TellIfDrained();
    }

    private void Take(TMessage message)
    {
        if (_isHolding || (_create is null && _elsewhere is null))
            Hold(message);
        else if (_create is null)
            _elsewhere!.Tell(message);
        else
            Route(message);
    }

    private void OnOwn(ShardMessage.Own own)
    {
        // Entities of an earlier time write under its fence: they are of no use any more.
        StopAll();
        _create = options.CreateWith(own.Journal);
        _elsewhere = null;
        _isHolding = false;
        Release();
        StartAlways();
        options.Placed(shard);
    }

    private void OnRemain()
    {
        if (_create is null || !_isHolding)
            return;

        // Who was told to leave does so, when it is settled: what comes from here on is for whoever is there after it.
        foreach (var id in _ids)
        {
            if (_entities[id] is { IsLeaving: true } entity)
                entity.Waiting ??= new Queue<TMessage>();
        }

        _drained = null;
        _isHolding = false;
        Release();
        StartAlways();
        options.Placed(shard);
    }

    private void OnElsewhere(ShardMessage.Elsewhere elsewhere)
    {
        _drained = null;
        if (_create is not null)
            StopAll();

        var isElsewhereNow = elsewhere.Region is not null && (_isHolding || !ReferenceEquals(_elsewhere, elsewhere.Region) || _epoch != elsewhere.Epoch);
        _create = null;
        (_elsewhere, _epoch) = (elsewhere.Region, elsewhere.Epoch);
        _isHolding = false;
        if (elsewhere.Region is not null)
            Release();

        if (isElsewhereNow)
            options.Placed(shard);
    }

    private void OnList(ShardMessage.List list)
    {
        // Where nobody has the shard, nothing of it is in memory.
        if (_create is not null || _elsewhere is null)
            list.ReplyTo.Tell(Entities(list.Prefix, list.After, list.Limit));
        else
            _elsewhere.Tell(new ShardMessage.ListHere(region, shard, list.Prefix, list.After, list.Limit, list.ReplyTo));
    }

    private ShardEntities Entities(string prefix, string after, int limit) => new(region, shard, _entities.Count, [.. Ids(prefix, after).Take(limit)]);

    private void OnDrain(IActorRef<ShardMoved> replyTo)
    {
        _isHolding = true;
        _drained = replyTo;
        foreach (var id in _ids)
        {
            // One that goes to rest just now does so, or says that it stays.
            if (_entities[id] is { Waiting: null } entity)
                entity.Leave();
        }

        TellIfDrained();
    }

    private void TellIfDrained()
    {
        if (_drained is not { } asker || _entities.Count > 0)
            return;

        _drained = null;
        asker.Tell(new ShardMoved.Drained(shard));
    }

    private void StopAll()
    {
        foreach (var id in _ids)
        {
            var entity = _entities[id];
            entity.IsEnding = true;
            entity.Waiting ??= new Queue<TMessage>();
            Context.Stop(entity.Ref);
        }
    }

    private void Hold(TMessage message)
    {
        _held ??= new();
        if (_held.Count >= options.HeldMax)
        {
            (options.NoRoom ?? options.Undelivered)(message, "too much waits for the node that will have its shard", mayBeDone: false);
            return;
        }

        if (_held.Count == 0)
            Context.StartTimer(_heldDue, options.HeldFor, _heldDue);

        _held.Enqueue((message, Context.Time.GetTimestamp()));
    }

    /// <summary>What came while an entity went to rest came before everybody held: it is done here, because answers to what other nodes asked find back only from here.</summary>
    private void FinishHere(string id, Queue<TMessage> last)
    {
        var entity = Start(id);
        foreach (var message in last)
            entity.Ref.Tell(message);

        entity.Leave();
    }

    /// <summary>What an entity has left behind came before everything that was held since.</summary>
    private void HoldFirst(Queue<TMessage> waiting)
    {
        var after = _held;
        _held = null;
        foreach (var message in waiting)
            Hold(message);

        foreach (var held in after ?? [])
            (_held ??= new()).Enqueue(held);
    }

    private void Release()
    {
        var held = _held;
        _held = null;
        Context.CancelTimer(_heldDue);
        if (held is { Count: > 0 })
            options.Paused(Context.Time.GetElapsedTime(held.Peek().At));

        foreach (var (message, _) in options.Bug == PlantedShardBug.HeldDropped ? [] : held ?? [])
            Take(message);
    }

    private void GiveUpOld()
    {
        while (_held is { Count: > 0 } held && Context.Time.GetElapsedTime(held.Peek().At) >= options.HeldFor)
            options.Undelivered(held.Dequeue().Message, "no node has its shard", mayBeDone: false);

        if (_held is { Count: > 0 } left)
            Context.StartTimer(_heldDue, options.HeldFor - Context.Time.GetElapsedTime(left.Peek().At), _heldDue);
    }

    private void Route(TMessage message)
    {
        var id = options.EntityIdOf(message);
        if (!_entities.TryGetValue(id, out var entity))
            entity = Start(id);

        if (entity.Waiting is { } waiting)
            waiting.Enqueue(message);
        else
            entity.Ref.Tell(message);
    }

    private void StartAlways()
    {
        if (always is not null && _create is not null && !_isHolding && !_entities.ContainsKey(always) && options.Bug != PlantedShardBug.RememberedNotStarted)
            Start(always);
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
        var (create, self) = (_create!, Self);
        var entityRef = Context.Spawn(id, () => create(id, self), options.EntityOptions);
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
        // One that leaves ends in any case, and knows best when.
        if (!_entities.TryGetValue(id, out var entity) || entity.Waiting is not null || entity.IsLeaving)
            return;

        entity.Waiting = new Queue<TMessage>();
        entity.Ref.Tell(ShardMessage.Stop.Instance);
    }

    private void OnStay(string id)
    {
        if (!_entities.TryGetValue(id, out var entity) || entity.IsEnding || entity.Waiting is not { } waiting)
            return;

        entity.Waiting = null;
        foreach (var message in waiting)
            entity.Ref.Tell(message);

        if (_drained is not null)
            entity.Leave();
    }

    private sealed class Entity(IActorRef<object> entityRef)
    {
        internal IActorRef<object> Ref { get; } = entityRef;

        /// <summary>What came while the entity was stopping. Bounded by the senders: a connection has a window, a request one message.</summary>
        internal Queue<TMessage>? Waiting { get; set; }

        /// <summary>Whether it was stopped without being asked.</summary>
        internal bool IsEnding { get; set; }

        /// <summary>Whether it was told that its shard moves, and ends as soon as it can.</summary>
        internal bool IsLeaving { get; private set; }

        internal void Leave()
        {
            IsLeaving = true;
            Ref.Tell(ShardMessage.Leave.Instance);
        }
    }
}
