using System.Threading.Channels;
using RealTimeActors.Client.Machine.Presence;

namespace RealTimeActors.Client.Presences;

/// <summary>What lies between what was taken last and what is now: however much has happened in between, it is never more than two lists.</summary>
internal sealed class PresenceChanges
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile PresenceSnapshot _now = PresenceSnapshot.Unknown;
    private PresenceSnapshot _told = PresenceSnapshot.Unknown;

    internal PresenceSnapshot Now => _now;

    internal void Show(PresenceSnapshot snapshot)
    {
        _now = snapshot;
        _signal.Writer.TryWrite(true);
    }

    internal void End() => _signal.Writer.TryComplete();

    /// <summary>Waits until something is otherwise; null: nothing comes any more.</summary>
    internal async ValueTask<PresenceChange?> TakeAsync()
    {
        while (await _signal.Reader.WaitToReadAsync())
        {
            _signal.Reader.TryRead(out _);
            var now = _now;
            if (now == _told)
                continue;

            var change = PresenceChange.Between(_told, now);
            _told = now;
            return change;
        }

        return null;
    }
}
