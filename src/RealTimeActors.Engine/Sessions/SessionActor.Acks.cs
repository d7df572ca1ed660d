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

        _awaited ??= [];
        foreach (var ack in asked.Acks)
            _awaited.Add((asked.Connection, asked.Channel, ack));

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
            by.Edge.Tell(new SessionReply.AckHeard(by.Id, channel, ack.Epoch, _id, ack.Range) { IsCountedElsewhere = isElsewhere });
            if (!isElsewhere)
                Counted(by.Edge, channel, ack);
        }

        _awaited.RemoveAll(told.Contains);
    }

    private void TakeCounted(SessionCommand.Acknowledge acknowledge)
    {
        foreach (var ack in acknowledge.Counted)
        {
            var (by, channel) = (acknowledge.Connection, acknowledge.Channel);
            if (IsCountedElsewhere(by.Edge, channel, ack))
                by.Edge.Tell(new SessionReply.AckHeard(by.Id, channel, ack.Epoch, _id, ack.Range) { IsCountedElsewhere = true });
            else
                Counted(by.Edge, channel, ack);
        }
    }

    private void Counted(IActorRef<SessionReply> edge, ChannelName channel, AwaitedAck ack)
    {
        _counted ??= new();
        _counted.Enqueue((edge, channel, ack));
        while (_counted.Count > AwaitedMax || (_counted.TryPeek(out var oldest) && oldest.Ack.EndsUnixMs < NowUnixMs))
            _counted.Dequeue();
    }

    private bool IsCountedElsewhere(IActorRef<SessionReply> edge, ChannelName channel, AwaitedAck ack) =>
        _counted?.Any(counted => !ReferenceEquals(counted.Edge, edge) && counted.Channel == channel && counted.Ack.Epoch == ack.Epoch && counted.Ack.Range == ack.Range) == true;

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
