using System.Collections.Concurrent;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>Looks at all of its kind once a second: one timer for all of them, and none while there are none.</summary>
internal sealed class Lookout(TimeProvider time)
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ILookedAt, bool> _all = new();
    private readonly Lock _gate = new();
    private ITimer? _clock;

    internal int Count => _all.Count;

    internal void Add(ILookedAt one)
    {
        lock (_gate)
        {
            _all[one] = true;
            _clock ??= time.CreateTimer(static lookout => ((Lookout)lookout!).Look(), this, _look, _look);
        }
    }

    internal void Remove(ILookedAt one)
    {
        lock (_gate)
        {
            _all.TryRemove(one, out _);
            if (!_all.IsEmpty)
                return;

            _clock?.Dispose();
            _clock = null;
        }
    }

    private void Look()
    {
        foreach (var (one, _) in _all)
            one.Look();
    }
}
