namespace RealTimeActors.Engine.Sessions;

/// <summary>How long the session is kept for a client that is away: at least so long as is set, whatever was not heard of the end of its last connection.</summary>
internal sealed partial class SessionActor
{
    /// <summary>It counts from when it was known that nobody has the session. A connection that ended with its node may have been there until then, however long ago it came.</summary>
    private bool IsExpired => State.Value.IsAway && NowUnixMs - State.Value.SeenUnixMs > (long)_services.Options.SessionExpiry.TotalMilliseconds;

    private void OnExpireIfOld()
    {
        if (State.Value.Exists && !IsExpired)
        {
            KnowAway();
            return;
        }

        if (State.Value.Exists)
            _services.Meters.SessionEnded("expired");

        OnEnd();
    }

    /// <summary>From now on it counts. A connection that attaches all the same, because the session did not know of it yet, takes that back.</summary>
    private void KnowAway()
    {
        if (_connection is null && State.Value is { Exists: true, IsAway: false })
            Record(new SessionEvent.Detached(NowUnixMs));
    }
}
