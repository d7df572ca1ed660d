using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Publishers who wait for the session's acks although the connection by which it was counted has ended: the session knows what is acked on whichever comes next.</summary>
internal sealed partial class SessionActor
{
    /// <summary>Acks that are waited for at one time; beyond it the oldest is not told.</summary>
    private const int AwaitedMax = 1_000;

    /// <summary>The oldest first; null until the first is waited for.</summary>
    private List<(ConnectionRef By, ChannelName Channel, AwaitedAck Ack)>? _awaited;

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
            by.Edge.Tell(new SessionReply.AckHeard(by.Id, channel, ack.Epoch, _id, ack.Range));

        _awaited.RemoveAll(told.Contains);
    }

    /// <summary>To begin at the head, or anywhere, is no ack of what lies before.</summary>
    private bool IsAcked(SessionSubscription known) => known.IsAcked || _acked.ContainsKey(known.Channel);

    private bool HasDealtWith(ChannelName channel, string epoch, OffsetRange range)
    {
        if ((State.Value.Subscriptions.GetValueOrDefault(channel) ?? _unannounced.GetValueOrDefault(channel)) is not { } known || known.Epoch != epoch || !IsAcked(known))
            return false;

        var (prefix, ahead) = WithAcks(known) is var cursor ? (cursor.Prefix, cursor.Ahead) : default;
        return range.To <= prefix || ahead.Any(done => done.From <= Math.Max(range.From, prefix + 1) && range.To <= done.To);
    }
}
