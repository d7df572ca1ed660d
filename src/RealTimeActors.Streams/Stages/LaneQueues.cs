namespace RealTimeActors.Streams.Stages;

/// <summary>What waits to be written, lane by lane, each lane by offset. A lane in which nothing waits costs two numbers.</summary>
internal sealed class LaneQueues<T>
{
    private readonly Slab<WaitingElement<T>> _slab = new();
    private readonly Links _links = new();
    private readonly Chain[] _lanes = new Chain[Lanes.Count];

    internal int Count => _slab.Count;

    internal ref WaitingElement<T> this[int place] => ref _slab[place];

    /// <summary>The place of the lane's oldest, or <see cref="Chain.None"/>.</summary>
    internal int First(int lane) => _lanes[lane].First;

    /// <summary>The place behind this one, or <see cref="Chain.None"/>.</summary>
    internal int Next(int place) => _links.Next(place);

    /// <summary>Adds by offset. Almost always that is at the end: only what debounce held back comes later than those behind it.</summary>
    internal int Add(int lane, in Element<T> element, long sinceUnixMs)
    {
        ref var chain = ref _lanes[lane];
        var before = chain.Last;
        while (before != Chain.None && _slab[before].Element.Offset > element.Offset)
            before = _links.Previous(before);

        var place = _slab.Add(new WaitingElement<T> { Element = element, SinceUnixMs = sinceUnixMs });
        _links.AddAfter(ref chain, before, place);
        return place;
    }

    internal void Remove(int lane, int place)
    {
        _links.Remove(ref _lanes[lane], place);
        if (_slab.Remove(place))
            _links.Clear();
    }
}
