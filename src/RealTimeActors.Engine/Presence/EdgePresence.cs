using RealTimeActors.Actors;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Presence;

/// <summary>The presence of a channel as one edge actor has it: what it shows, and the connections that it shows it to. What many of them are told is encoded once.</summary>
internal sealed class EdgePresence(ChannelName channel, int frameBytesMax)
{
    /// <summary>Readers that have fallen behind each in its own way must not keep an encoding each.</summary>
    private const int EncodedMax = 64;

    private const long NumberAlone = -1;
    private const long Everybody = -2;

    private readonly List<Onlooker> _onlookers = new(1);
    private readonly Dictionary<(WireFormat Format, long Since), IReadOnlyList<byte[]>> _encoded = [];
    private readonly PresenceView _view = new();
    private bool _isKnown;
    private bool _isFollowedAgain;
    private long _version;
    private long? _numberToldAt;
    private bool _isNumberDue;

    internal ChannelName Channel { get; } = channel;

    /// <summary>Who tells; null until it has.</summary>
    internal IActorRef? Actor { get; private set; }

    internal IReadOnlyList<Onlooker> Onlookers => _onlookers;

    internal void Add(Onlooker onlooker)
    {
        onlooker.Place = _onlookers.Count;
        _onlookers.Add(onlooker);
    }

    internal void Remove(Onlooker onlooker)
    {
        if (onlooker.Place < 0)
            return;

        var last = _onlookers[^1];
        _onlookers[onlooker.Place] = last;
        last.Place = onlooker.Place;
        _onlookers.RemoveAt(_onlookers.Count - 1);
        onlooker.Place = -1;
    }

    internal void Begin(PresenceReply.Roster roster)
    {
        Actor = roster.Actor;
        _isKnown = true;
        _isFollowedAgain = false;
        _version = roster.Version;
        _encoded.Clear();
        _view.Begin(roster.Members, roster.Count);
    }

    /// <summary>Takes what changed. False: something before it was lost, and all must be asked for.</summary>
    internal bool TryApply(PresenceReply.Changed changed)
    {
        if (!_isKnown || !ReferenceEquals(changed.Actor, Actor) || changed.Version != _version + 1)
        {
            // Once: the answer brings everything.
            var isAsked = _isFollowedAgain || !_isKnown;
            _isFollowedAgain = true;
            return isAsked;
        }

        _version = changed.Version;
        _encoded.Clear();
        _view.Apply(changed.News);
        return true;
    }

    /// <summary>What is to be said again: members that are here, and of whom it is told that they have left. An earlier connection of their session, at another node, was heard last.</summary>
    internal IEnumerable<PresenceCommand.Set> WronglyLeft(PresenceNews news, IActorRef<PresenceReply> edge) => news.Changes is not { Left: { Count: > 0 } left }
        ? []
        : _onlookers.Where(onlooker => onlooker.IsMember && left.Any(member => member.Session == onlooker.Connection.SessionId))
            .Select(onlooker => new PresenceCommand.Set(
                Channel, new Member(onlooker.Connection.SessionId, onlooker.Connection.User, onlooker.State), new PresenceHolder(onlooker.Connection.Id, edge), null));

    /// <summary>Who told has ended. What is shown stays until its successor tells more.</summary>
    internal PresenceCommand.Report Forget(IActorRef<PresenceReply> edge, long number)
    {
        Actor = null;
        return new PresenceCommand.Report(Channel, [.. ReportsOf(_onlookers.Where(onlooker => onlooker.IsMember))], _view.IsListed ? [.. _view.Members] : [], edge, number);
    }

    /// <summary>What an actor is told that has begun to tell who is there, and does not name members that are here: the one before it had taken their word, and has ended since. null: it names all.</summary>
    internal PresenceCommand.Report? Unnamed(IActorRef<PresenceReply> edge, long number)
    {
        PresenceReport[] unnamed = [.. ReportsOf(_onlookers.Where(onlooker => onlooker.IsMember && !_view.Contains(onlooker.Connection.SessionId)))];
        return unnamed.Length > 0 ? new PresenceCommand.Report(Channel, unnamed, [], edge, number) : null;
    }

    /// <summary>Lets all who look on know that there is something to be told: those who only want the number once a second.</summary>
    internal void Mark(TimeProvider time)
    {
        var isNumberTold = !_view.IsListed || _numberToldAt is not { } at || time.GetElapsedTime(at) >= PresencePace.CountEvery;
        if (isNumberTold)
            _numberToldAt = time.GetTimestamp();

        _isNumberDue = !isNumberTold;
        for (var i = 0; i < _onlookers.Count; i++)
        {
            if (isNumberTold || _onlookers[i].Interest != PresenceInterest.Count)
                _onlookers[i].Connection.MarkPresence(_onlookers[i]);
        }
    }

    /// <summary>Once a second: tells the number where that had to wait.</summary>
    internal void OnTick(TimeProvider time)
    {
        if (_isNumberDue)
            Mark(time);
    }

    /// <summary>What this one is to be told now; null: nothing. From here on it has seen it.</summary>
    internal IReadOnlyList<byte[]>? FramesFor(Onlooker onlooker, WireFormat format)
    {
        if (!_isKnown)
            return null;

        if (!_view.IsListed || onlooker.Interest == PresenceInterest.Count)
        {
            if (onlooker.Seen is null && onlooker.SeenCount == _view.Count)
                return null;

            onlooker.Seen = null;
            onlooker.SeenCount = _view.Count;
            return Encoded(format, NumberAlone);
        }

        // The list of one who has just come shows him, too: he will be in what is told next.
        var seen = onlooker.Seen;
        if (seen == _view.Version || (seen is null && onlooker.IsMember && !_view.Contains(onlooker.Connection.SessionId)))
            return null;

        onlooker.Seen = _view.Version;
        onlooker.SeenCount = null;
        return Encoded(format, seen ?? Everybody);
    }

    private static IEnumerable<PresenceReport> ReportsOf(IEnumerable<Onlooker> members) =>
        members.Select(member => new PresenceReport(new Member(member.Connection.SessionId, member.Connection.User, member.State), member.Connection.Id));

    private IReadOnlyList<byte[]>? Encoded(WireFormat format, long since)
    {
        format = format.Uncompressed();
        if (_encoded.TryGetValue((format, since), out var encoded))
            return encoded.Count == 0 ? null : encoded;

        var diff = since == NumberAlone ? _view.Number(Channel.Value) : _view.Since(Channel.Value, since == Everybody ? null : since);
        encoded = diff is null ? [] : PresenceFrames.Encode(format, diff, frameBytesMax);
        if (_encoded.Count < EncodedMax)
            _encoded.Add((format, since), encoded);

        return encoded.Count == 0 ? null : encoded;
    }
}
