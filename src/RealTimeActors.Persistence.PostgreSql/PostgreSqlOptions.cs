using System.Diagnostics.Metrics;

namespace RealTimeActors.Persistence.PostgreSql;

/// <summary>Which database the store is in, and how much of it is used at one time.</summary>
public sealed record PostgreSqlOptions
{
    /// <summary>
    /// As Npgsql takes it: <c>Host=db;Database=realtime;Username=realtime;Password=…</c>. It is a secret: no message and no log repeats it. Where it names a host other than this
    /// machine and says nothing about <c>SSL Mode</c>, the connection is encrypted and the server's certificate checked (<c>VerifyFull</c>).
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>The schema that holds the tables. Default <c>realtime</c>. Several stores live beside each other in one database, each in its own.</summary>
    public string Schema { get; init; } = "realtime";

    /// <summary>The name of this node, as other nodes and operators see it. Default <c>n1</c>.</summary>
    public string Node { get; init; } = "n1";

    /// <summary>Whether the tables are made or brought up to date when the store is opened, where the role may. Default true.</summary>
    public bool Migrates { get; init; } = true;

    /// <summary>Connections that write, each with one group commit under way. Default 4.</summary>
    public int Writers { get; init; } = 4;

    /// <summary>Connections that read. Default 4.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>How long opening waits for a database that cannot be reached yet. Default 10 s.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt to connect may take. Default 5 s.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the database may take for one statement before it gives it up itself. Default 10 s.</summary>
    public TimeSpan StatementWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a write waits for a database that is away before it fails, and how long it waits to be told what became of a commit whose answer was lost. Default 5 s.</summary>
    public TimeSpan WriteWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the lease of a server that is alone runs without being renewed; after a kill another one waits for its end. Default 3 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Appends, trims, deletes and snapshots that may wait; what comes on top fails as overloaded. Default 65,536.</summary>
    public int WritesMax { get; init; } = 65_536;

    /// <summary>Payload bytes that may wait. Default 64 MiB.</summary>
    public long WriteBytesMax { get; init; } = 64L << 20;

    /// <summary>Reads, loads and lists that may wait. Default 65,536.</summary>
    public int ReadsMax { get; init; } = 65_536;

    /// <summary>The most writes in one group commit. Default 4,096.</summary>
    public int GroupWritesMax { get; init; } = 4_096;

    /// <summary>Payload bytes after which a group takes no more. Default 4 MiB.</summary>
    public long GroupBytesMax { get; init; } = 4L << 20;

    /// <summary>The most rows that are fetched from the database at one time. Default 512.</summary>
    public int PageRows { get; init; } = 512;

    /// <summary>The clock that measures waiting. Leases go by the database's alone. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the store records how long appends take, how large groups are and what waits; it must live as long as the store. Default: nothing is measured.</summary>
    public Meter? Meter { get; init; }
}
