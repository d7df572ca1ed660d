using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Connections;

/// <summary>The session's actor is another than the one that the connection was opened with: it is told who goes on with it.</summary>
internal sealed partial class Connection
{
    /// <summary>A session that fails because of what it is told is told so no more often than this.</summary>
    private const long AttachPauseMs = 1_000;

    private long _attachedUnixMs;
    private bool _mustAttach;

    /// <summary>By which the session knows the key that the client was given.</summary>
    private byte[] _keyHash = [];

    /// <summary>The shard that has the session.</summary>
    internal int SessionShard { get; private set; } = -1;

    /// <summary>The session's actor has failed. The next one is told of the connection although the client may say nothing for long: what it nacked is to come again, and whoever takes the session over puts
    /// this connection out.</summary>
    internal void OnSessionFailed()
    {
        _mustAttach = true;
        AttachIfDue();
    }

    private void AttachIfDue()
    {
        if (!_mustAttach || NowUnixMs - _attachedUnixMs < AttachPauseMs)
            return;

        _mustAttach = false;
        _attachedUnixMs = NowUnixMs;
        Attach();
    }

    /// <summary>Tells the session's actor, which may be another now, whose connection this is, what it follows and how far it has acked. Where that is known already it does no harm.</summary>
    internal void Attach()
    {
        if (_phase is not (Phase.Joining or Phase.Open) || _ref is not { } self)
            return;

        services.Sessions.Tell(new SessionCommand.Attach(
            SessionId,
            _keyHash,
            User,
            self,
            [.. _subscriptions.Values.Where(subscription => subscription.IsKnownToSession).Select(CursorOf)],
            _patterns is null ? [] : [.. _patterns.All.Select(following => following.Kept)]));
    }

    /// <summary>Nacks that the session had no room for are told when it has.</summary>
    private SessionSubscription CursorOf(Subscription subscription) => subscription.Cursor() is var cursor && _nacksLater?.GetValueOrDefault(cursor.Channel) is { } later
        ? cursor with { Nacked = cursor.Nacked.RemoveRange(later.Select(nack => nack.Offset)) }
        : cursor;
}
