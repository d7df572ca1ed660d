using RealTimeActors.Engine.Presence;

namespace RealTimeActors.Engine.Sessions;

/// <content>Where the session is present is known by its connection; from the end of one to the beginning of the next it is kept here, in memory only, like presence itself.</content>
internal sealed partial class SessionActor
{
    private IReadOnlyList<HeldPresence> _held = [];
    private long _heldUntilUnixMs;

    private bool HoldsPresence => _held.Count > 0 && NowUnixMs <= _heldUntilUnixMs;

    /// <summary>A connection has ended. Where another one has the session already it is told at once.</summary>
    private void HandOverPresence(IReadOnlyList<HeldPresence> present)
    {
        if (present.Count == 0 || !State.Value.Exists)
            return;

        if (_connection is { } connection)
        {
            connection.Edge.Tell(new SessionReply.PresenceHandedOver(connection.Id, present));
            return;
        }

        // Of two connections that ended one after the other the later one knows better, but not of everything.
        _held = [.. present, .. TakePresence().Where(held => !present.Any(newer => newer.Channel == held.Channel))];
        _heldUntilUnixMs = NowUnixMs + (long)_services.Options.Presence.Grace.TotalMilliseconds;
    }

    /// <summary>With the session its being there ends, too: nobody comes back to it.</summary>
    private void LeavePresence()
    {
        foreach (var held in TakePresence())
            _services.Presence.Tell(new PresenceCommand.Leave(held.Channel, _id, ""));
    }

    private IReadOnlyList<HeldPresence> TakePresence()
    {
        var held = HoldsPresence ? _held : [];
        _held = [];
        return held;
    }
}
