namespace RealTimeActors.Streams.Stages;

/// <summary>Places that are used again: nothing is allocated per element once it is as large as it ever has to be.</summary>
internal sealed class Slab<TNode>
    where TNode : struct
{
    /// <summary>Beyond so many places an empty slab gives its memory back: a burst is not kept for ever.</summary>
    private const int KeptMax = 64;

    private TNode[] _nodes = [];
    private int[] _free = [];
    private int _freeCount;
    private int _used;

    internal int Count => _used - _freeCount;

    internal ref TNode this[int place] => ref _nodes[place];

    internal int Add(in TNode node)
    {
        if (_freeCount > 0)
        {
            var place = _free[--_freeCount];
            _nodes[place] = node;
            return place;
        }

        if (_used == _nodes.Length)
        {
            Array.Resize(ref _nodes, Math.Max(4, _nodes.Length * 2));
            Array.Resize(ref _free, _nodes.Length);
        }

        _nodes[_used] = node;
        return _used++;
    }

    /// <summary>Frees a place. True: it was the last, and the memory of a burst was given back.</summary>
    internal bool Remove(int place)
    {
        _nodes[place] = default;
        _free[_freeCount++] = place;
        if (_freeCount < _used)
            return false;

        (_used, _freeCount) = (0, 0);
        if (_nodes.Length <= KeptMax)
            return false;

        (_nodes, _free) = ([], []);
        return true;
    }
}
