namespace RealTimeActors.Hocon.Nodes;

/// <summary>Values beside each other on one line, and the blanks between them.</summary>
internal sealed class ConcatenationNode(HoconOrigin origin, IReadOnlyList<Node> parts) : Node(origin)
{
    internal IReadOnlyList<Node> Parts { get; } = parts;
}
