namespace RealTimeActors.Hammer.Cluster.Faults;

/// <summary>What can happen to a cluster.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a node that has shards.</summary>
    KillCore,

    /// <summary>kill -9 of a node that has connections: its clients go elsewhere.</summary>
    KillEdge,

    /// <summary>SIGSTOP of a node that has shards, until well after its lease; then SIGCONT.</summary>
    StopCore,

    /// <summary>The same of a node that has connections.</summary>
    StopEdge,

    /// <summary>SIGTERM of a node that has shards, as in a rolling restart.</summary>
    RestartCore,

    /// <summary>SIGTERM of a node that has connections.</summary>
    RestartEdge,

    /// <summary>SIGTERM of all nodes, each when the one before is ready again.</summary>
    RollingRestart,

    /// <summary>kill -9 of all of PostgreSQL, and its start.</summary>
    KillDatabase,

    /// <summary>The database's disk is full for a while.</summary>
    FullDatabaseDisk,

    /// <summary>The database's disk loses its power, and what was not synced.</summary>
    CutDatabasePower,

    /// <summary>A node that has shards does not reach the database any more, nor it the node; the others still reach both.</summary>
    CutCoreFromDatabase,

    /// <summary>A node that has shards reaches nobody any more, and nobody reaches it.</summary>
    CutCoreOff,

    /// <summary>What an edge sends to a node that has shards does not arrive; the other way it does.</summary>
    CutEdgeToCore,

    /// <summary>What a node that has shards sends to an edge does not arrive; the other way it does.</summary>
    CutCoreToEdge,
}
