using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// A connection that says nothing for too long is taken for lost.
public sealed partial class ClientMachine
{
    private TimeSpan _heartbeat = TimeSpan.FromMilliseconds(HeartbeatDefaultMs);
    private TimeSpan _lastReceived;
    private TimeSpan _lastSent;
    private TimeSpan _lastPing;

    private void OnPing(TimeSpan now)
    {
        // Before the welcome nothing but hello may be said.
        if (_phase == ConnectionPhase.Welcomed)
            Send(now, new ClientFrame.Pong());
    }

    private void Ping(TimeSpan now)
    {
        _lastPing = now;
        Send(now, new ClientFrame.Ping());
    }

    private TimeSpan? HeartbeatDeadline => _phase == ConnectionPhase.Welcomed ? Earlier(NextPing, Silence) : null;

    /// <summary>One heartbeat after the last sign of life in either direction; once asked, one more heartbeat is waited.</summary>
    private TimeSpan NextPing
    {
        get
        {
            var quietSince = _lastReceived < _lastSent ? _lastReceived : _lastSent;
            return (quietSince > _lastPing ? quietSince : _lastPing) + _heartbeat;
        }
    }

    private TimeSpan Silence => _lastReceived + (2 * _heartbeat);

    private void TickHeartbeat(TimeSpan now)
    {
        if (_phase != ConnectionPhase.Welcomed)
            return;

        if (now >= Silence)
            Drop(now, null, $"Nothing came for {now - _lastReceived}; a heartbeat is {_heartbeat}.");
        else if (now >= NextPing)
            Ping(now);
    }
}
