using System.Diagnostics.Metrics;

namespace RealTimeActors.Persistence.Sqlite;

/// <summary>Where the journal lives and how much it may hold at one time.</summary>
public sealed record SqliteJournalOptions
{
    /// <summary>The directory of <c>journal.db</c>. Made (for its owner only) when it is not there. Used by one process at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The clock that stamps appends. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the journal records how long appends take, how large commits are and what waits; it must live as long as the journal. Default: nothing is measured.</summary>
    public Meter? Meter { get; init; }

    /// <summary>Appends, trims, deletes and snapshots that may wait for the disk; what comes on top fails as overloaded. Default 65,536.</summary>
    public int WritesMax { get; init; } = 65_536;

    /// <summary>Payload bytes that may wait for the disk. Default 64 MiB.</summary>
    public long WriteBytesMax { get; init; } = 64L << 20;

    /// <summary>Reads, loads and lists that may wait. Default 65,536.</summary>
    public int ReadsMax { get; init; } = 65_536;

    /// <summary>Threads that read, each with a connection of its own. Default 2.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>The most writes in one commit. Default 8,192.</summary>
    public int GroupWritesMax { get; init; } = 8_192;

    /// <summary>Payload bytes after which a commit takes no more. Default 4 MiB.</summary>
    public long GroupBytesMax { get; init; } = 4L << 20;

    /// <summary>Streams whose end is remembered in memory (about 200 bytes each); others are looked up when they are next written to. Default 65,536.</summary>
    public int HeadsMax { get; init; } = 65_536;

    /// <summary>The write-ahead log is copied into the database file behind the writer's back after so many bytes. Default 8 MiB.</summary>
    public long CheckpointBytes { get; init; } = 8L << 20;

    /// <summary>The write-ahead log may grow to about this before the writer itself brings it to an end. Default 64 MiB.</summary>
    public long WalBytesMax { get; init; } = 64L << 20;
}
