namespace RealTimeActors.Hocon.Nodes;

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
internal sealed class SubstitutionNode(HoconOrigin origin, HoconPath path, bool isOptional) : Node(origin)
{
    internal HoconPath Path { get; } = path;

    internal bool IsOptional { get; } = isOptional;

    /// <summary>Where the path is looked up, in this order: in an included file first where the file was included, last at the root.</summary>
    internal required IReadOnlyList<Place> Places { get; init; }

    /// <summary>Whether the environment is asked in the end. Not for <c>+=</c>: a variable is no list.</summary>
    internal bool AsksEnvironment { get; init; } = true;

    public override string ToString() => $"${{{(IsOptional ? "?" : "")}{Path}}}";
}
