using RealTimeActors.Engine.Nodes;

namespace RealTimeActors.Hosting.Settings;

/// <summary>The cluster that the node is a part of: section <c>realtime.cluster</c>.</summary>
public sealed record ClusterSettings
{
    /// <summary>The cluster's name: nodes of another one are refused.</summary>
    public required string Name { get; init; }

    /// <summary>The node's own name, which no other has.</summary>
    public required string Node { get; init; }

    /// <summary>Where it listens for other nodes; port 0: any that is free.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Under which host others reach it; null: <see cref="Host"/>.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>By which port; null: the one that it listens on.</summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>What all nodes know; null: nothing. A secret.</summary>
    public string? Secret { get; init; }

    /// <summary>What it was before, as long as some nodes know nothing else; null: nothing. A secret.</summary>
    public string? FormerSecret { get; init; }

    /// <summary>TLS between nodes; null: without.</summary>
    public ClusterTlsSettings? Tls { get; init; }

    /// <summary>Where clients reach this node itself; null: the load balancer knows.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>When an edge has too much to do, and what it does then.</summary>
    public EdgeBalanceOptions Balance { get; init; } = new();

    /// <summary>How long a lease and a sign of life count.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>The least time between two moves of shards for balance.</summary>
    public required TimeSpan MovePause { get; init; }

    /// <summary>How long each of the two halves of a move may take before it is called off.</summary>
    public required TimeSpan MoveWithin { get; init; }

    /// <summary>A link on which nothing came for so long has ended.</summary>
    public required TimeSpan Silence { get; init; }

    /// <summary>How long an attempt to connect may take.</summary>
    public required TimeSpan ConnectWithin { get; init; }

    /// <summary>How long a handshake may take.</summary>
    public required TimeSpan HandshakeWithin { get; init; }

    /// <summary>Connections that have not proven who they are.</summary>
    public required int HandshakesMax { get; init; }

    /// <summary>The longest message from node to node.</summary>
    public required int MessageBytesMax { get; init; }

    /// <summary>Bytes that may wait to be sent to one node.</summary>
    public required long UnsentBytesMax { get; init; }

    /// <summary>Bytes of one node that nobody has looked at yet.</summary>
    public required long UntakenBytesMax { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Node} of {Name}, listening at {Host}:{Port}";
}
