namespace RealTimeActors.Engine.Connections;

/// <summary>What an edge actor tells of its connections, for people who look at them.</summary>
internal abstract record EdgeReport
{
    private EdgeReport() { }

    internal sealed record Connections(IReadOnlyList<ConnectionReport> Found) : EdgeReport;

    /// <summary>A slice of the sessions that follow a channel.</summary>
    /// <param name="Edge">The asker's number of the edge.</param>
    /// <param name="SessionIds">In no order; one may come twice when somebody left meanwhile, none is left out.</param>
    /// <param name="Below">Where the next slice begins; 0: this was the last.</param>
    internal sealed record Followers(int Edge, IReadOnlyList<string> SessionIds, int Below) : EdgeReport;

    /// <summary>Numbers in the order of the channels that were asked for.</summary>
    internal sealed record Subscribers(IReadOnlyList<int> Counts) : EdgeReport;

    internal sealed record Live(int Count) : EdgeReport;
}
