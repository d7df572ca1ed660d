namespace RealTimeActors.Sharding.Links;

/// <summary>Where a node's links find the present <see cref="NodeActors"/>. One actor writes it; a link that reads it a moment too early takes an actor for ended, which costs a repetition.</summary>
public sealed class NodeActorsRef
{
    /// <summary>The newest.</summary>
    public NodeActors Value { get; set; } = NodeActors.None;

    /// <summary>The number of this life of the node, which no other life of any node has; 0: it is no member yet.</summary>
    public long Self { get; set; }

    /// <summary>How many members of the cluster this node has no link with: they do not hear what all are told.</summary>
    public int Unlinked { get; set; }

    /// <summary>By this node's monotonic clock: from then on whoever was a member before, and is none any more, has found that out, and has no clients. Who joins cannot know who went out before it did.</summary>
    public long FormerEndedAt { get; set; }
}
