using System.Threading.Channels;
using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.States;

/// <summary>What has changed since it was taken last: each entry once, so that there is never more than there are entries.</summary>
internal sealed class StateChanges
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private List<StateChange> _waiting = [];

    internal void Add(IReadOnlyList<StateChange> changes)
    {
        if (changes.Count == 0)
            return;

        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (_places.TryGetValue(change.Key, out var place))
                {
                    // Why an edit was rolled back is not lost when something else happens to the entry behind it.
                    var former = _waiting[place];
                    _waiting[place] = change with { Before = former.Before, Outcome = change.Outcome ?? former.Outcome };
                }
                else
                {
                    _places.Add(change.Key, _waiting.Count);
                    _waiting.Add(change);
                }
            }
        }

        _signal.Writer.TryWrite(true);
    }

    internal void End() => _signal.Writer.TryComplete();

    /// <summary>Waits until there is something; null: nothing comes any more.</summary>
    internal async ValueTask<IReadOnlyList<StateChange>?> TakeAsync()
    {
        while (await _signal.Reader.WaitToReadAsync())
        {
            _signal.Reader.TryRead(out _);
            if (Take() is { Count: > 0 } changes)
                return changes;
        }

        return Take() is { Count: > 0 } last ? last : null;
    }

    private List<StateChange> Take()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = [];
            _places.Clear();
            return taken;
        }
    }
}
