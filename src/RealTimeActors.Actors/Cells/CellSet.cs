namespace RealTimeActors.Actors.Cells;

/// <summary>Cells in the order in which they came, found and removed in constant time.</summary>
internal sealed class CellSet
{
    // Below this a walk along the list is quicker and smaller than a dictionary.
    private const int IndexedFrom = 8;

    // Removed cells leave a hole, so that the others keep their places; holes are closed when they are the greater part.
    private readonly List<ActorCell?> _cells = new(2);
    private Dictionary<ActorCell, int>? _places;
    private int _count;

    internal bool Add(ActorCell cell)
    {
        if (Find(cell) >= 0)
            return false;

        _places?.Add(cell, _cells.Count);
        _cells.Add(cell);
        _count++;
        if (_places is null && _count > IndexedFrom)
            CloseHoles();
        return true;
    }

    internal bool Remove(ActorCell cell)
    {
        var place = Find(cell);
        if (place < 0)
            return false;

        _cells[place] = null;
        _places?.Remove(cell);
        _count--;
        if (_cells.Count > 2 * IndexedFrom && _count < _cells.Count / 2)
            CloseHoles();
        return true;
    }

    /// <summary>All of them, in their order.</summary>
    internal ActorCell[] ToArray() => [.. _cells.OfType<ActorCell>()];

    private int Find(ActorCell cell)
    {
        if (_places is null)
            return _cells.IndexOf(cell);

        return _places.TryGetValue(cell, out var place) ? place : -1;
    }

    private void CloseHoles()
    {
        _cells.RemoveAll(static cell => cell is null);
        if (_count <= IndexedFrom)
        {
            _places = null;
            return;
        }

        _places = new Dictionary<ActorCell, int>(_count);
        for (var place = 0; place < _cells.Count; place++)
            _places.Add(_cells[place]!, place);
    }
}
