namespace RealTimeActors.Actors.Cells;

/// <summary>The living children of one parent, by name and in the order in which they were spawned (through links in the cells themselves).</summary>
internal sealed class Siblings
{
    private readonly Dictionary<string, ActorCell> _byName = new(StringComparer.Ordinal);

    internal int Count => _byName.Count;

    internal ActorCell? Youngest { get; private set; }

    internal bool Contains(string name) => _byName.ContainsKey(name);

    internal void Add(ActorCell cell)
    {
        _byName.Add(cell.Name, cell);
        cell.Elder = Youngest;
        if (Youngest is not null)
            Youngest.Younger = cell;
        Youngest = cell;
    }

    internal void Remove(ActorCell cell)
    {
        if (!_byName.TryGetValue(cell.Name, out var known) || known != cell)
            throw new InvalidOperationException($"Expected {cell.Path} among its siblings, found {known?.Path.ToString() ?? "nothing"}.");

        _byName.Remove(cell.Name);
        if (cell.Younger is not null)
            cell.Younger.Elder = cell.Elder;
        else
            Youngest = cell.Elder;
        if (cell.Elder is not null)
            cell.Elder.Younger = cell.Younger;
        cell.Elder = cell.Younger = null;
    }
}
