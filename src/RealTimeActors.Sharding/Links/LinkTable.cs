using System.Diagnostics.CodeAnalysis;
using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>Who and what is known by number on one connection, on both sides of it. Belongs to a <see cref="LinkActor"/>.</summary>
internal sealed class LinkTable(LinkTable.IActors actors, IMessageCodec codec, IReadOnlyList<WellKnownActor> wellKnown, NodeActorsRef others) : ILinkTable
{
    /// <summary>How many ages an address that cannot be watched (that of an ask) is kept, if it is not told anything before.</summary>
    private const int UnwatchedAges = 120;

    private readonly Dictionary<IActorRef, long> _wellKnownPlace = wellKnown.Select((actor, place) => (actor, place)).ToDictionary(
        pair => pair.actor.Ref, pair => (long)pair.place, (IEqualityComparer<IActorRef>)ReferenceEqualityComparer.Instance);

    private readonly Dictionary<IActorRef, long> _numberOf = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<long, Export> _exports = [];
    private readonly Queue<(long Number, long Age)> _unwatched = new();
    private readonly SortedDictionary<long, IActorRef<object>> _imports = [];
    private readonly Dictionary<IActorRef, long> _importNumberOf = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<long, Question> _questions = [];

    /// <summary>The tags of questions that came by another connection, and whose answers go back by it.</summary>
    private readonly SortedSet<long> _passedOn = [];
    private IReadOnlyList<IActorRef<object>> _theirs = [];
    private object? _writing;
    private long _lastActor;

    /// <summary>The last one that was given out before the message that is being written.</summary>
    private long _lastActorBefore;
    private long _lastTag;
    private long _tagRead;
    private long _age;

    /// <summary>What the table needs of the link's actor.</summary>
    internal interface IActors
    {
        /// <summary>An actor that has ended.</summary>
        IActorRef<object> Ended { get; }

        /// <summary>Starts the stand-in for an actor of the other node.</summary>
        IActorRef<object> StandIn(LinkTable table, LinkKind kind, long number);

        /// <summary>What stands for one that nobody watches.</summary>
        IActorRef<object> AddressOf(LinkTable table, LinkKind kind, long number);

        /// <summary>Asks to be told when the actor ends. False: the address is none of an actor, and nobody says when it is of no more use.</summary>
        bool TryWatch(IActorRef actor);
    }

    public object? LastWritten { get; set; }

    public object? LastRead { get; set; }

    /// <summary>What was asked and not answered, in the order of asking: first what has a tag, then what has none and is to be answered to an address that takes one answer.</summary>
    internal IEnumerable<object> Unanswered
    {
        get
        {
            var tagged = new HashSet<object>(_questions.Values.Select(question => question.Message), ReferenceEqualityComparer.Instance);
            return _questions.Values.Select(question => question.Message).Concat(_exports.Values.Select(export => export.Asked).OfType<object>().Where(asked => !tagged.Contains(asked)));
        }
    }

    /// <summary>Everybody who stands here for an actor of the other node.</summary>
    internal IEnumerable<IActorRef> StandIns => _theirs.Where(actor => actor is not RemoteAddress).Concat(_imports.Values);

    /// <summary>The actors of ours whose end the other node is to be told.</summary>
    internal IEnumerable<IActorRef> Watched => _exports.Values.Where(export => export.IsWatched).Select(export => export.Actor);

    /// <summary>The well-known actors of the other node, in the order in which it named them.</summary>
    internal IReadOnlyList<IActorRef<object>> Theirs => _theirs;

    public LinkAddress AddressOf(IActorRef actor, Action<object>? tell)
    {
        if (_wellKnownPlace.TryGetValue(actor, out var place))
            return new LinkAddress(LinkOwner.Ours, LinkKind.WellKnown, place);

        if (_importNumberOf.TryGetValue(actor, out var theirs))
            return new LinkAddress(LinkOwner.Theirs, LinkKind.Numbered, theirs);

        if (actor is RemoteAddress { Table: var table } address && ReferenceEquals(table, this))
            return new LinkAddress(LinkOwner.Theirs, address.Kind, address.Number);

        for (var i = 0; i < _theirs.Count; i++)
        {
            if (ReferenceEquals(_theirs[i], actor))
                return new LinkAddress(LinkOwner.Theirs, LinkKind.WellKnown, i);
        }

        // What is passed on is answered by way of this node, where the tag of who asked is known.
        if (!IsPassedOn && others.Value.TryPlace(actor, out var elsewhere))
            return new LinkAddress(LinkOwner.Third, LinkKind.WellKnown, elsewhere.Place, elsewhere.Node);

        if (!_numberOf.TryGetValue(actor, out var number))
            number = Give(actor, tell);
        else if (tell is not null && _exports[number].Tell is null)
            _exports[number] = _exports[number] with { Tell = tell, Writing = _exports[number].IsWatched ? null : _writing };

        return new LinkAddress(LinkOwner.Ours, _exports[number].IsAsk ? LinkKind.Asking : LinkKind.Numbered, number);
    }

    public IActorRef<object> ActorAt(LinkAddress address) => address switch
    {
        (LinkOwner.Ours, LinkKind.WellKnown, var place, _) when place >= 0 && place < wellKnown.Count => wellKnown[(int)place].Ref as IActorRef<object> ?? actors.Ended,
        (LinkOwner.Ours, LinkKind.Numbered or LinkKind.Asking, var number, _) when _exports.TryGetValue(number, out var export) => export.Actor as IActorRef<object> ?? new Narrow(export),
        (LinkOwner.Theirs, LinkKind.WellKnown, var place, _) when place >= 0 && place < _theirs.Count => _theirs[(int)place],
        (LinkOwner.Theirs, LinkKind.Numbered, var number, _) => Import(number),
        (LinkOwner.Theirs, LinkKind.Asking, var number, _) => actors.AddressOf(this, LinkKind.Asking, number),
        (LinkOwner.Third, LinkKind.WellKnown, var place, { } node) => others.Value.At(node, place) ?? actors.Ended,
        _ => actors.Ended,
    };

    public (long Number, bool IsOurs) NumberOfTag(object tag)
    {
        var message = _writing ?? throw new InvalidOperationException("A tag is written with its message.");
        if (tag is RemoteTag remote)
        {
            IsPassedOn = !ReferenceEquals(remote.Table, this);
            IsUnanswerable = IsPassedOn && (remote.Table.IsOver || !codec.MayBePassedOn(message));
            if (!IsPassedOn || IsUnanswerable)
                return (remote.Number, false);

            _passedOn.Add(_lastTag + 1);
        }

        _questions.Add(++_lastTag, new Question(tag, message));
        return (_lastTag, true);
    }

    public object? TagOf(long number, bool isOurs)
    {
        if (!isOurs)
            return new RemoteTag(this, number);

        _tagRead = number;
        return _questions.GetValueOrDefault(number)?.Tag;
    }

    /// <summary>The other node has said which of its actors are well-known.</summary>
    /// <param name="areWatched">Of each, whether it is watched.</param>
    internal void Meet(IReadOnlyList<bool> areWatched) =>
        _theirs = [.. areWatched.Select((isWatched, place) => isWatched ? actors.StandIn(this, LinkKind.WellKnown, place) : actors.AddressOf(this, LinkKind.WellKnown, place))];

    /// <summary>Whether the message that is being written has a tag of another connection.</summary>
    internal bool IsPassedOn { get; private set; }

    /// <summary>Whether the answer to the message that is being written would not find back: it came by a connection that has ended, or may not be passed on.</summary>
    internal bool IsUnanswerable { get; private set; }

    /// <summary>Whether the connection has ended: nobody waits at its other side.</summary>
    internal bool IsOver { get; private set; }

    internal void End() => IsOver = true;

    internal void BeginWriting(object message)
    {
        _writing = message;
        _lastActorBefore = _lastActor;
        (IsPassedOn, IsUnanswerable) = (false, false);
    }

    /// <summary>The message that was begun was not sent: its tag was not told to anybody, nor where its answer goes.</summary>
    internal void Unwrite(long lastTag)
    {
        for (; _lastTag > lastTag; _lastTag--)
        {
            _questions.Remove(_lastTag);
            _passedOn.Remove(_lastTag);
        }

        for (var number = _lastActor; number > _lastActorBefore; number--)
        {
            if (_exports.TryGetValue(number, out var export) && export.Asked is not null)
                Forget(number, export);
        }

        // What was remembered may have been in it.
        LastWritten = null;
    }

    internal long LastTag => _lastTag;

    internal void BeginReading() => _tagRead = 0;

    /// <summary>The message whose tag was just read, of ours. False: there was no such tag, or nobody waits for it.</summary>
    internal bool TryQuestion([NotNullWhen(true)] out object? message) =>
        (message = _tagRead == 0 ? null : _questions.GetValueOrDefault(_tagRead)?.Message) is not null;

    /// <summary>Whether the message that was just read answers something that nobody waits for any more.</summary>
    internal bool IsLate => _tagRead != 0 && !_questions.ContainsKey(_tagRead);

    /// <summary>The last answer to the tag that was just read has come.</summary>
    internal void Answered() => _questions.Remove(_tagRead);

    /// <summary>How an actor of ours is told something; null: it has ended, or is only watched.</summary>
    internal Action<object>? TellOf(LinkKind kind, long number)
    {
        if (kind == LinkKind.WellKnown)
            return number >= 0 && number < wellKnown.Count ? wellKnown[(int)number].Tell : null;

        if (!_exports.TryGetValue(number, out var export))
            return null;

        if (export.IsAsk)
            Forget(number, export);

        return export.Tell;
    }

    /// <summary>An actor of ours has ended. Says which number it had.</summary>
    internal bool TryEnd(IActorRef actor, out long number) => _numberOf.Remove(actor, out number) && _exports.Remove(number);

    /// <summary>An actor of the other node has ended. Says who stood for it.</summary>
    internal bool TryEndImport(long number, [NotNullWhen(true)] out IActorRef<object>? standIn) => _imports.Remove(number, out standIn) && _importNumberOf.Remove(standIn);

    /// <summary>Called now and then: lets go of asks that nobody answered, and of what was asked by way of this node from a node that is not linked any more.</summary>
    internal void Age()
    {
        foreach (var tag in _passedOn.Count == 0 ? [] : _passedOn.ToArray())
        {
            if (_questions.TryGetValue(tag, out var question) && !((RemoteTag)question.Tag).Table.IsOver)
                continue;

            _questions.Remove(tag);
            _passedOn.Remove(tag);
        }

        _age++;
        while (_unwatched.TryPeek(out var oldest) && _age - oldest.Age > UnwatchedAges)
        {
            _unwatched.Dequeue();
            if (_exports.TryGetValue(oldest.Number, out var export))
                Forget(oldest.Number, export);
        }
    }

    private long Give(IActorRef actor, Action<object>? tell)
    {
        var number = ++_lastActor;
        var isWatched = actors.TryWatch(actor);
        _numberOf.Add(actor, number);
        _exports.Add(number, new Export(actor, tell ?? (actor is IActorRef<object> any ? any.Tell : null), isWatched, isWatched ? null : _writing));
        if (!isWatched)
            _unwatched.Enqueue((number, _age));

        return number;
    }

    private void Forget(long number, Export export)
    {
        _exports.Remove(number);
        _numberOf.Remove(export.Actor);
    }

    private IActorRef<object> Import(long number)
    {
        if (!_imports.TryGetValue(number, out var standIn))
        {
            standIn = actors.StandIn(this, LinkKind.Numbered, number);
            _imports.Add(number, standIn);
            _importNumberOf.Add(standIn, number);
        }

        return standIn;
    }

    /// <param name="Actor">An actor of ours, or where an ask is answered.</param>
    /// <param name="Tell">How it is told something; null: it is only watched.</param>
    /// <param name="IsWatched">Whether it is an actor.</param>
    /// <param name="Writing">The message that it was told of with; null where it is watched.</param>
    private sealed record Export(IActorRef Actor, Action<object>? Tell, bool IsWatched, object? Writing)
    {
        /// <summary>What cannot be watched is an ask, which takes one answer, be it that of a third node; but for what stands for a region there.</summary>
        internal bool IsAsk => !IsWatched && Tell is not null && Actor is not RemoteAddress { Kind: LinkKind.WellKnown };

        /// <summary>Of an ask: its question.</summary>
        internal object? Asked => IsAsk ? Writing : null;
    }

    private sealed record Question(object Tag, object Message);

    /// <summary>An actor of ours that takes one type only, come back to us: it can be told what the message allows, and is not watched by this name.</summary>
    private sealed class Narrow(Export export) : IActorRef<object>
    {
        public ActorPath Path => export.Actor.Path;

        public void Tell(object message) => export.Tell?.Invoke(message);
    }
}
