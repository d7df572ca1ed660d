namespace RealTimeActors.Streams.Stages;

/// <summary>
/// The links of doubly linked chains over the places of a <see cref="Slab{TNode}"/>: taking one out of the middle costs nothing more than taking the first, and no node is
/// allocated for it. Several chains may share one set of links as long as a place stands in one of them at a time.
/// </summary>
internal sealed class Links
{
    private int[] _previous = [];
    private int[] _next = [];

    internal int Next(int place) => _next[place];

    internal int Previous(int place) => _previous[place];

    internal void AddLast(ref Chain chain, int place) => AddAfter(ref chain, chain.Last, place);

    /// <summary>Adds behind another place; behind <see cref="Chain.None"/> means first.</summary>
    internal void AddAfter(ref Chain chain, int before, int place)
    {
        MakeRoomFor(place);
        var after = before == Chain.None ? chain.First : _next[before];
        (_previous[place], _next[place]) = (before, after);

        if (before == Chain.None)
            chain.First = place;
        else
            _next[before] = place;

        if (after == Chain.None)
            chain.Last = place;
        else
            _previous[after] = place;
    }

    internal void Remove(ref Chain chain, int place)
    {
        var (before, after) = (_previous[place], _next[place]);

        if (before == Chain.None)
            chain.First = after;
        else
            _next[before] = after;

        if (after == Chain.None)
            chain.Last = before;
        else
            _previous[after] = before;
    }

    /// <summary>Gives the memory back. Only when every chain is empty.</summary>
    internal void Clear() => (_previous, _next) = ([], []);

    private void MakeRoomFor(int place)
    {
        if (place < _next.Length)
            return;

        var length = Math.Max(4, (place + 1) * 2);
        Array.Resize(ref _previous, length);
        Array.Resize(ref _next, length);
    }
}
