namespace RealTimeActors.Engine.Patterns;

/// <summary>Channels in the order of their last change: what changed since a position? Holds each channel once, or twice until it is swept.</summary>
internal sealed class ChangeLog
{
    private const int SweptAtLeast = 1_024;

    private readonly List<(long Position, ChannelEntry Entry)> _changes = [];
    private int _current;

    /// <summary>The position of the newest change; 0: none yet.</summary>
    internal long Position { get; private set; }

    /// <summary>The channel has changed just now.</summary>
    internal void Add(ChannelEntry entry)
    {
        if (entry.ChangedAt == 0)
            _current++;

        entry.ChangedAt = ++Position;
        _changes.Add((Position, entry));
        if (_changes.Count > SweptAtLeast && _changes.Count > 2 * _current)
            _changes.RemoveAll(change => change.Entry.ChangedAt != change.Position);
    }

    /// <summary>The channel is not there any more.</summary>
    internal void Forget(ChannelEntry entry)
    {
        if (entry.ChangedAt > 0)
            _current--;

        entry.ChangedAt = -1;
    }

    /// <summary>Channels that changed after a position, oldest change first, so many at most.</summary>
    /// <param name="position">Where to begin.</param>
    /// <param name="looksMax">The most changes that are looked at.</param>
    /// <param name="upTo">What was looked at: everything up to here.</param>
    internal List<ChannelEntry> Since(long position, int looksMax, out long upTo)
    {
        var (low, high) = (0, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_changes[middle].Position <= position)
                low = middle + 1;
            else
                high = middle;
        }

        var found = new List<ChannelEntry>();
        var end = Math.Min(_changes.Count, low + looksMax);
        for (var i = low; i < end; i++)
        {
            if (_changes[i].Entry.ChangedAt == _changes[i].Position)
                found.Add(_changes[i].Entry);
        }

        upTo = end == _changes.Count ? Position : _changes[end - 1].Position;
        return found;
    }
}
