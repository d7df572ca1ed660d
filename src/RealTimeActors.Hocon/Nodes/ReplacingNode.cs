namespace RealTimeActors.Hocon.Nodes;

/// <summary>A value that takes the place of an earlier object instead of being merged with it, as a setting on a command line does.</summary>
internal sealed class ReplacingNode(Node by) : Node(by.Origin)
{
    internal Node By { get; } = by;
}
