namespace RealTimeActors.Persistence.Membership;

/// <summary>One life of a node: from its announcement on until it leaves or is declared dead. A later life of any node has a greater number.</summary>
public readonly record struct NodeIncarnation(string Node, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Node}#{Number}";
}
