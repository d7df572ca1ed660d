using Microsoft.Extensions.Logging;
using RealTimeActors.Edge;
using RealTimeActors.Edge.Authentication.Jwt;
using RealTimeActors.Engine;
using RealTimeActors.Hosting.Tls;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Everything that can be configured, read and checked. Its keys stand in <c>hocon/reference.conf</c>.</summary>
public sealed record ServerSettings
{
    /// <summary>Where to listen: a name or an address, and a port (0: any that is free).</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>As it was written; relative to the directory the server was started in.</summary>
    public required string DataDirectory { get; init; }

    public required JournalProvider Journal { get; init; }

    /// <summary>The database of the journal; null: it is in none.</summary>
    public PostgreSqlSettings? PostgreSql { get; init; }

    /// <summary>What the node does.</summary>
    public NodeRoles Roles { get; init; } = NodeRoles.All;

    /// <summary>The cluster that it is a part of; null: it is alone.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>How long a stopping server waits for its connections to leave.</summary>
    public required TimeSpan DrainWithin { get; init; }

    /// <summary>Over how long the clients of a stopping server spread their way back.</summary>
    public required TimeSpan DrainSpread { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required bool MachineFiguresEnabled { get; init; }

    /// <summary>The pace of the machine's figures.</summary>
    public required TimeSpan MachineFiguresEvery { get; init; }

    /// <summary>What tokens are checked by; null: nobody is asked (<c>auth.mode = none</c>).</summary>
    public JwtOptions? Jwt { get; init; }

    /// <summary>The certificate that the server shows; null: it speaks without TLS.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>Whether WebSockets over plain TCP run on their sockets, without the web server around them.</summary>
    public bool DirectWebSockets { get; init; } = true;

    public required EdgeOptions Edge { get; init; }

    /// <summary>What is measured and followed, and where it goes.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    public required EngineOptions Engine { get; init; }

    /// <summary>The file with the private key that checkpoints are signed with; null: the one in the data directory, made at the first start.</summary>
    public string? CheckpointKeyFile { get; init; }

    /// <summary>Whether the node is a part of another application, which has the addresses and the figures.</summary>
    internal bool IsInApplication { get; init; }
}
