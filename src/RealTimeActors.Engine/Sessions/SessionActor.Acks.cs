using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Publishers who wait for the session's acks although the connection by which it was counted has ended: the session knows what is acked on whichever comes next.</summary>
internal sealed partial class SessionActor
{
    /// <summary>Acks that are waited for at one time, and those that were counted; beyond it the oldest is not told, or forgotten.</summary>
    private const int AwaitedMax = 1_000;

    /// <summary>The oldest first; null until the first is waited for.</summary>
    private List<(ConnectionRef By, ChannelName Channel, AwaitedAck Ack)>? _awaited;

    /// <summary>Which edge has told publishers of an ack, the oldest first: no other is to count the session with the same events. Null until the first.</summary>
    private Queue<(IActorRef<SessionReply> Edge, ChannelName Channel, AwaitedAck Ack)>? _counted;

    /// <summary>Where the client began, in channels of which it has not said since that all up to there is done, and single events, or less, are all the same. Null until there is one.</summary>
    private Dictionary<ChannelName, long>? _begunAt;

    private bool IsAwaited
    {
        get
        {
            _awaited?.RemoveAll(awaited => awaited.Ack.EndsUnixMs < NowUnixMs);
            return _awaited is { Count: > 0 };
        }
    }

    private void OnAwaitAcks(SessionCommand.AwaitAcks asked)
    {
        if (!State.Value.Exists)
        {
            LeaveUnlessNeeded();
            return;
        }

        TakeCounted(asked.Connection, asked.Channel, asked.Counted);
        _awaited ??= [];
        foreach (var ack in asked.Acks)
        {
            if (IsCountedElsewhere(asked.Connection.Edge, asked.Channel, ack))
                TellHeard(asked.Connection, asked.Channel, ack, isCountedElsewhere: true);
            else
                _awaited.Add((asked.Connection, asked.Channel, ack));
        }

        // It may have been acked by now: the next connection can be faster than the end of the former one.
        TellAwaited(asked.Channel);
        if (_awaited.Count > AwaitedMax)
            _awaited.RemoveRange(0, _awaited.Count - AwaitedMax);
    }

    private void TellAwaited(ChannelName channel)
    {
        if (_awaited is not { Count: > 0 })
            return;

        var told = _awaited.FindAll(awaited => awaited.Channel == channel && HasDealtWith(channel, awaited.Ack.Epoch, awaited.Ack.Range));
        foreach (var (by, _, ack) in told)
        {
            // An edge counts whoever it has when it hears of the events. A session that had gone on elsewhere, of which it had not heard, is counted by two; the first that tells of its ack keeps it.
            var isElsewhere = IsCountedElsewhere(by.Edge, channel, ack);
            TellHeard(by, channel, ack, isElsewhere);
            if (!isElsewhere)
                Counted(by.Edge, channel, ack);
        }

        _awaited.RemoveAll(told.Contains);
    }

    /// <summary>An edge has told publishers of these acks, perhaps of a connection from which the session has gone on.</summary>
    private void TakeCounted(ConnectionRef by, ChannelName channel, IReadOnlyList<AwaitedAck> counted)
    {
        foreach (var ack in counted)
        {
            if (IsCountedElsewhere(by.Edge, channel, ack))
            {
                TellHeard(by, channel, ack, isCountedElsewhere: true);
            }
            else if (IsCurrent(by))
            {
                Counted(by.Edge, channel, ack);
            }
            else if (_counted?.Contains((by.Edge, channel, ack)) != true)
            {
                Counted(by.Edge, channel, ack);
                TakeOutElsewhere(by, channel, ack);
            }
        }
    }

    /// <summary>The session acked where it is no more. Those who had it after that wait for an ack that has been counted.</summary>
    private void TakeOutElsewhere(ConnectionRef by, ChannelName channel, AwaitedAck ack)
    {
        if (_connection is { } current && !ReferenceEquals(current.Edge, by.Edge))
            TellHeard(current, channel, ack, isCountedElsewhere: true);

        if (_awaited?.FindAll(awaited => !ReferenceEquals(awaited.By.Edge, by.Edge) && awaited.Channel == channel && IsSame(awaited.Ack, ack)) is not { Count: > 0 } others)
            return;

        foreach (var other in others)
            TellHeard(other.By, channel, ack, isCountedElsewhere: true);

        _awaited.RemoveAll(others.Contains);
    }

    private void TellHeard(ConnectionRef by, ChannelName channel, AwaitedAck ack, bool isCountedElsewhere) =>
        by.Edge.Tell(new SessionReply.AckHeard(by.Id, channel, ack.Epoch, _id, ack.Range) { IsCountedElsewhere = isCountedElsewhere });

    private void Counted(IActorRef<SessionReply> edge, ChannelName channel, AwaitedAck ack)
    {
        _counted ??= new();
        _counted.Enqueue((edge, channel, ack));
        while (_counted.Count > AwaitedMax || (_counted.TryPeek(out var oldest) && oldest.Ack.EndsUnixMs < NowUnixMs))
            _counted.Dequeue();
    }

    private bool IsCountedElsewhere(IActorRef<SessionReply> edge, ChannelName channel, AwaitedAck ack) =>
        _counted?.Any(counted => !ReferenceEquals(counted.Edge, edge) && counted.Channel == channel && IsSame(counted.Ack, ack)) == true;

    private static bool IsSame(AwaitedAck one, AwaitedAck other) => one.Epoch == other.Epoch && one.Range == other.Range;

    /// <summary>To begin at the head, or anywhere, is no ack of what lies before.</summary>
    private bool IsAcked(SessionSubscription known) => known.IsAcked || _acked.ContainsKey(known.Channel);

    /// <summary>Nor is it to give up on an event behind where it began. Only what the client itself says of everything up to an offset tells of what lies before.</summary>
    private bool IsBeforeBeginning(ChannelName channel, long offset) => _begunAt is not null && _begunAt.TryGetValue(channel, out var begunAt) && offset <= begunAt;

    private void NoteBeginning(SessionSubscription subscription, SessionCommand.Acknowledge acknowledge)
    {
        if (_begunAt is not null && _begunAt.TryGetValue(acknowledge.Channel, out var begunAt))
        {
            if (acknowledge.Prefix >= begunAt)
                _begunAt.Remove(acknowledge.Channel);
        }
        else if (!IsAcked(subscription) && acknowledge.Prefix < subscription.Prefix)
        {
            (_begunAt ??= [])[acknowledge.Channel] = subscription.Prefix;
        }
    }

    private bool HasDealtWith(ChannelName channel, string epoch, OffsetRange range)
    {
        if ((State.Value.Subscriptions.GetValueOrDefault(channel) ?? _unannounced.GetValueOrDefault(channel)) is not { } known || known.Epoch != epoch || !IsAcked(known) || IsBeforeBeginning(channel, range.From))
            return false;

        var (prefix, ahead) = WithAcks(known) is var cursor ? (cursor.Prefix, cursor.Ahead) : default;
        return range.To <= prefix || ahead.Any(done => done.From <= Math.Max(range.From, prefix + 1) && range.To <= done.To);
    }
}
