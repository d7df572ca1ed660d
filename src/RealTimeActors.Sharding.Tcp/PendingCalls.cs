namespace RealTimeActors.Sharding.Tcp;

/// <summary>The connections in their handshake, so many at most: one more ends the oldest, which had the longest time. Whoever belongs here needs some milliseconds.</summary>
internal sealed class PendingCalls(int max)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PendingCall> _calls = new();

    internal void Add(PendingCall call)
    {
        lock (_gate)
        {
            _calls.AddLast(call);
            if (_calls.Count > max)
            {
                // Within the lock, so that it is not disposed of at the same time.
                _calls.First!.Value.Evict();
                _calls.RemoveFirst();
            }
        }
    }

    internal void Remove(PendingCall call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
            call.Dispose();
        }
    }

    internal void EndAll()
    {
        lock (_gate)
        {
            foreach (var call in _calls)
                call.Evict();
        }
    }
}
