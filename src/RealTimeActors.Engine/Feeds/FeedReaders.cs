namespace RealTimeActors.Engine.Feeds;

/// <summary>The readers of one feed, in an order that is the same in every run; one more or less costs the same with ten and with ten thousand.</summary>
internal sealed class FeedReaders
{
    private readonly List<IFeedReader> _readers = [];
    private readonly Dictionary<IFeedReader, int> _places = new(ReferenceEqualityComparer.Instance);

    internal int Count => _readers.Count;

    internal IReadOnlyList<IFeedReader> All => _readers;

    internal void Add(IFeedReader reader)
    {
        if (_places.TryAdd(reader, _readers.Count))
            _readers.Add(reader);
    }

    /// <summary>Takes it out, if it is in; the last one takes its place.</summary>
    internal bool Remove(IFeedReader reader)
    {
        if (!_places.Remove(reader, out var place))
            return false;

        var last = _readers[^1];
        _readers.RemoveAt(_readers.Count - 1);
        if (place < _readers.Count)
        {
            _readers[place] = last;
            _places[last] = place;
        }

        return true;
    }

    internal void Clear()
    {
        _readers.Clear();
        _places.Clear();
    }
}
