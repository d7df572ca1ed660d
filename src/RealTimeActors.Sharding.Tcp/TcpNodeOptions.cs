using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RealTimeActors.Sharding.Tcp;

/// <summary>What <see cref="TcpNodes"/> are made with.</summary>
public sealed record TcpNodeOptions
{
    /// <summary>The cluster's name: nodes of another one are refused.</summary>
    public required string Cluster { get; init; }

    /// <summary>What both sides have to agree on to read each other: the codec's fingerprint, the number of shards. Nodes with another one are refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Where to listen: an IP address, <c>localhost</c>, or a name of this machine. Default: this machine alone.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Under which host other nodes reach this one; null: <see cref="Host"/>. Needed where that is 0.0.0.0 or ::.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>The port by which others reach it, where it is mapped; null: the one that is listened on.</summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>What the nodes know of each other; null: nothing, which is taken on loopback, or where TLS asks who calls for a certificate.</summary>
    public NodeSecret? Secret { get; init; }

    /// <summary>What it was before <see cref="Secret"/>: taken as well, and proven to those who know nothing else yet, so that a secret is changed by one node after the other. Null: nothing else counts.</summary>
    public NodeSecret? FormerSecret { get; init; }

    /// <summary>TLS; null: without.</summary>
    public TcpNodeTls? Tls { get; init; }

    /// <summary>How long an attempt to connect may take, for each address that a name has. Default 1 s.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a handshake may take, TLS and proofs together. Default 2 s.</summary>
    public TimeSpan HandshakeWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection on which nothing came for so long has ended; each side sends a sign of life after a quarter of it. It is looked every eighth. Default 1 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest frame that is sent and taken, bytes. Above the longest message of <see cref="Sharding.Links.LinkOptions.MessageBytesMax"/> and a batch. Default 64 MiB.</summary>
    public int FrameBytesMax { get; init; } = 64 << 20;

    /// <summary>Bytes that may wait to be sent to one node; whoever reads slower loses the connection. Default 64 MiB.</summary>
    public long UnsentBytesMax { get; init; } = 64L << 20;

    /// <summary>Bytes of one connection that nobody has looked at yet; above it no more is read from it. Default 16 MiB.</summary>
    public long UntakenBytesMax { get; init; } = 16L << 20;

    /// <summary>Connections that are taken but have not proven yet who they are. One more ends the oldest. Default 64.</summary>
    public int HandshakesMax { get; init; } = 64;

    /// <summary>Where it is told what happens. Nothing secret is.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether each side knows of the other that it belongs to the cluster.</summary>
    internal bool IsProtected => Secret is not null || Tls is { Authority: not null, RequiresClientCertificate: true };

    /// <summary>Says what cannot be, or null.</summary>
    internal string? Problem() =>
        string.IsNullOrEmpty(Cluster) ? "A name of the cluster is expected; it is empty."
        : FormerSecret is not null && Secret is null ? "A secret is expected beside the former one; there is none."
        : Tls is { RequiresClientCertificate: true, Authority: null } ? "An authority is expected whose certificates are taken of who calls; there is none."
        : Tls is { Authority: null } && Secret is null ? "With TLS an authority whose certificates are trusted is expected, or a secret whose proofs cover the certificate; there is neither."
        : !IsProtected && !NodeAddress.IsLoopback(Host) ? $"Whoever reaches {Host} could call itself a node: a secret is expected, or TLS that requires the certificates of who calls. Without either only 127.0.0.1, ::1 and localhost are taken."
        : FrameBytesMax > UnsentBytesMax ? $"The longest frame ({FrameBytesMax} bytes) is expected to be at most what may wait ({UnsentBytesMax} bytes)."
        : FrameBytesMax < 1_024 || HandshakesMax < 1 || UntakenBytesMax < 1 || Silence <= TimeSpan.Zero || ConnectWithin <= TimeSpan.Zero || HandshakeWithin <= TimeSpan.Zero ? "Limits and times above zero are expected."
        : null;
}
