namespace RealTimeActors.Hocon.Nodes;

/// <summary>Where an object stands: a path below the root, or below an object in a list, which no path reaches.</summary>
/// <param name="Anchor">The object in a list; null: the root.</param>
/// <param name="Path">From there on.</param>
internal readonly record struct Place(ObjectNode? Anchor, HoconPath Path)
{
    internal static Place Root => new(null, HoconPath.Root);

    internal Place Below(HoconPath path) => this with { Path = Path.Append(path) };
}
