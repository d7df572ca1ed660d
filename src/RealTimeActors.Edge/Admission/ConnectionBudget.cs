namespace RealTimeActors.Edge.Admission;

/// <summary>How many live connections there may be.</summary>
internal sealed class ConnectionBudget(int connectionsMax)
{
    private int _live;

    /// <summary>Live connections now.</summary>
    internal int Live => Volatile.Read(ref _live);

    /// <summary>Takes a place; false: there is none. Whoever took one gives it back.</summary>
    internal bool TryTake()
    {
        if (Interlocked.Increment(ref _live) <= connectionsMax)
            return true;

        Interlocked.Decrement(ref _live);
        return false;
    }

    internal void GiveBack() => Interlocked.Decrement(ref _live);
}
