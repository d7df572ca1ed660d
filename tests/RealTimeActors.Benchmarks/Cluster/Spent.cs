namespace RealTimeActors.Benchmarks.Cluster;

/// <summary>What the parts of a cluster and the load have used since they were started; the difference of two is what a stretch of time cost.</summary>
internal readonly record struct Spent
{
    /// <summary>Processor seconds of all edges.</summary>
    internal double Edge { get; init; }

    /// <summary>Of all nodes that have shards; those that take clients as well are among them.</summary>
    internal double Core { get; init; }

    /// <summary>Of all processes of PostgreSQL.</summary>
    internal double Database { get; init; }

    /// <summary>Of this program.</summary>
    internal double Load { get; init; }

    /// <summary>Of everything that runs on this machine.</summary>
    internal double Machine { get; init; }

    /// <summary>Bytes between nodes.</summary>
    internal long LinkBytes { get; init; }

    /// <summary>Bytes between nodes and PostgreSQL.</summary>
    internal long DatabaseBytes { get; init; }

    /// <summary>Bytes to clients.</summary>
    internal long ClientBytes { get; init; }

    /// <summary>Bytes of PostgreSQL's log.</summary>
    internal long WalBytes { get; init; }

    /// <summary>Group commits of the nodes.</summary>
    internal double Commits { get; init; }

    /// <summary>Processor seconds that went to none of them.</summary>
    internal double Other => Math.Max(0, Machine - Edge - Core - Database - Load);

    public static Spent operator -(Spent after, Spent before) => new()
    {
        Edge = after.Edge - before.Edge,
        Core = after.Core - before.Core,
        Database = after.Database - before.Database,
        Load = after.Load - before.Load,
        Machine = after.Machine - before.Machine,
        LinkBytes = after.LinkBytes - before.LinkBytes,
        DatabaseBytes = after.DatabaseBytes - before.DatabaseBytes,
        ClientBytes = after.ClientBytes - before.ClientBytes,
        WalBytes = after.WalBytes - before.WalBytes,
        Commits = after.Commits - before.Commits,
    };
}
