namespace RealTimeActors.PostgreSql.Kit;

/// <summary>Where a private server is, other than in a temporary folder and on loopback alone.</summary>
public sealed record PostgreSqlPlace
{
    /// <summary>A folder that is there for its data, as the mount point of a disk; null: the temporary folder.</summary>
    public string? DataFolder { get; init; }

    /// <summary>An address of this machine that it listens on, beside loopback; null: none.</summary>
    public string? Address { get; init; }

    /// <summary>The network from which everybody may connect, as <c>10.0.0.0/24</c>; null: this machine's loopback alone.</summary>
    public string? Clients { get; init; }
}
