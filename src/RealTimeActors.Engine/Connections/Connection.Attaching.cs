using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Connections;

/// <summary>The session's actor is another than the one that the connection was opened with: it is told who goes on with it.</summary>
internal sealed partial class Connection
{
    /// <summary>By which the session knows the key that the client was given.</summary>
    private byte[] _keyHash = [];

    /// <summary>The shard that has the session.</summary>
    internal int SessionShard { get; private set; } = -1;

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
            [.. _subscriptions.Values.Where(subscription => subscription.Epoch.Length > 0 && !subscription.HasInbox).Select(subscription => subscription.Cursor())],
            _patterns is null ? [] : [.. _patterns.All.Select(following => following.Kept)]));
    }
}
