namespace RealTimeActors.Engine.Connections;

/// <summary>The questions of an edge to one channel that are not answered yet. Adding and taking one out cost the same with ten and with ten thousand.</summary>
internal sealed class PendingJoins
{
    private readonly List<PendingJoin> _joins = [];

    internal int Count => _joins.Count;

    internal IReadOnlyList<PendingJoin> All => [.. _joins];

    internal void Add(PendingJoin join)
    {
        join.Place = _joins.Count;
        _joins.Add(join);
    }

    /// <summary>It is answered. False: it was before, having been asked more than once.</summary>
    internal bool Remove(PendingJoin join)
    {
        if (join.Place < 0)
            return false;

        var last = _joins[^1];
        _joins[join.Place] = last;
        last.Place = join.Place;
        _joins.RemoveAt(_joins.Count - 1);
        join.Place = -1;
        return true;
    }

    /// <summary>Those whose answer is overdue.</summary>
    internal IReadOnlyList<PendingJoin> Overdue(long nowUnixMs) => _joins.Exists(join => join.AgainUnixMs <= nowUnixMs) ? _joins.FindAll(join => join.AgainUnixMs <= nowUnixMs) : [];
}
