namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>The lines of a cluster: from node to node, and between each node and the database. Each direction can be cut by itself: what is sent on it does not arrive, and nobody is told.</summary>
internal interface IWires : IAsyncDisposable
{
    /// <summary>The other end of the lines to the database.</summary>
    internal const string Database = "database";

    /// <summary>The address by which nodes reach the database, beside loopback; null: loopback is enough.</summary>
    string? DatabaseAddress { get; }

    /// <summary>Where connections to the database come from, besides this machine's loopback; null: nowhere else.</summary>
    string? DatabaseClients { get; }

    /// <summary>Makes a place for a node.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="databasePort">Where the database listens.</param>
    INodePlace Add(string node, int databasePort);

    /// <summary>Cuts lines in the given direction.</summary>
    Task ShutAsync(IReadOnlyList<(string From, string To)> lines);

    /// <summary>Everything arrives again.</summary>
    Task OpenAllAsync();
}
