namespace RealTimeActors.Hocon.Nodes;

/// <summary>Keys, each with everything that was said about it.</summary>
internal sealed class ObjectNode(HoconOrigin origin) : ContainerNode(origin)
{
    internal OrderedDictionary<string, Slot> Slots { get; } = new(StringComparer.Ordinal);

    /// <summary>A field: <c>a.b.c = node</c> is <c>a = { b = { c = node } }</c>.</summary>
    internal void Add(HoconPath path, Node node)
    {
        for (var i = path.Count - 1; i > 0; i--)
        {
            var outer = new ObjectNode(node.Origin);
            outer.SlotOf(path[i]).Add(node);
            node = outer;
        }

        SlotOf(path[0]).Add(node);
    }

    /// <summary>Takes the fields of an object literal that follows this one.</summary>
    internal void Merge(ObjectNode later)
    {
        foreach (var (key, slot) in later.Slots)
        {
            var mine = SlotOf(key);
            foreach (var definition in slot.Definitions)
                mine.Add(definition);
        }
    }

    internal Slot SlotOf(string key)
    {
        if (!Slots.TryGetValue(key, out var slot))
            Slots.Add(key, slot = new Slot());

        return slot;
    }
}
