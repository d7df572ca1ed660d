namespace RealTimeActors.Sharding.Cluster;

/// <summary>What becomes of a <see cref="ClusterRequest"/>.</summary>
public abstract record ClusterAnswer
{
    private ClusterAnswer() { }

    /// <summary>The node whose affair it is has been told. Whether it comes about shows in <see cref="ClusterStanding"/>: a move may be called off, and is then asked for again.</summary>
    public sealed record Ordered(string Node) : ClusterAnswer;

    /// <summary>It is so already.</summary>
    public sealed record AlreadySo(string Node) : ClusterAnswer;

    /// <summary>There is no such node or shard.</summary>
    public sealed record Unknown(string Message) : ClusterAnswer;

    /// <summary>It cannot be, as the nodes are.</summary>
    public sealed record Impossible(string Message) : ClusterAnswer;

    /// <summary>It cannot be just now; asked again in a moment it may.</summary>
    public sealed record NotNow(string Message) : ClusterAnswer;
}
