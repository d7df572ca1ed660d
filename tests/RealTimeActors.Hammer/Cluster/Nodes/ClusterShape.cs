using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>What a cluster of processes is made of.</summary>
internal sealed record ClusterShape
{
    /// <summary>Nodes that have shards and take no clients.</summary>
    internal int Cores { get; init; } = 2;

    /// <summary>Nodes that take clients and have no shards.</summary>
    internal int Edges { get; init; } = 2;

    /// <summary>Nodes that are both.</summary>
    internal int Both { get; init; }

    internal TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the lines are those of network namespaces; false: proxies, which take no privileges.</summary>
    internal bool InNamespaces { get; init; }

    /// <summary>Whether the database is on a disk of its own, which can be full and lose its power.</summary>
    internal bool HasDisk { get; init; }

    /// <summary>What its nodes are told besides, as <c>--set</c> takes it.</summary>
    internal IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Why there can be no such cluster here; null: there can.</summary>
    internal string? WhyNot => PostgreSql.Kit.PrivatePostgreSql.WhyNot ?? (InNamespaces ? NamespaceWires.WhyNot : null) ?? (HasDisk ? Disks.LoopDisk.WhyNot : null);

    internal IEnumerable<(string Name, string[] Roles)> Nodes() =>
        [.. Numbered("core", Cores, "core"), .. Numbered("edge", Edges, "edge"), .. Numbered("node", Both, "core", "edge")];

    private static IEnumerable<(string, string[])> Numbered(string name, int count, params string[] roles) => Enumerable.Range(1, count).Select(number => ($"{name}-{number}", roles));
}
