namespace RealTimeActors.Engine.Connections;

/// <summary>What an edge actor tells of its connections, for people who look at them.</summary>
/// <param name="Edge">Which of the node's edges, from 0.</param>
internal abstract record EdgeReport(int Edge)
{
    internal sealed record Connections(int Edge, IReadOnlyList<ConnectionReport> Found) : EdgeReport(Edge);

    /// <summary>A slice of the sessions that follow a channel.</summary>
    /// <param name="Edge">Which edge.</param>
    /// <param name="SessionIds">In no order; one may come twice when somebody left meanwhile, none is left out.</param>
    /// <param name="Below">Where the next slice begins; 0: this was the last.</param>
    internal sealed record Followers(int Edge, IReadOnlyList<string> SessionIds, int Below) : EdgeReport(Edge);

    /// <summary>Numbers in the order of the channels that were asked for.</summary>
    internal sealed record Subscribers(int Edge, IReadOnlyList<int> Counts) : EdgeReport(Edge);

    internal sealed record Live(int Edge, int Count) : EdgeReport(Edge);
}
