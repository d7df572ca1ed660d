namespace RealTimeActors.Simulation.Faults;

/// <summary>What goes wrong in a run. Each kind draws from a stream of its own, so that taking one away leaves the others where they were.</summary>
internal sealed record FaultPlan
{
    public bool Crashes { get; init; }
    public bool Restores { get; init; }
    public bool SlowDisk { get; init; }
    public bool StalledDisk { get; init; }
    public bool FullDisk { get; init; }
    public bool UnknownCommits { get; init; }
    public bool FailedReads { get; init; }
    public bool Cuts { get; init; }
    public bool HalfOpen { get; init; }
    public bool SlowNetwork { get; init; }
    public bool SmallBuffers { get; init; }

    /// <summary>The server asks its clients to connect elsewhere, where they find it again.</summary>
    public bool GoesAway { get; init; }

    /// <summary>What channels tell their directory, and that the edges, is lost now and then.</summary>
    public bool LosesWords { get; init; }

    /// <summary>Actors of durable channels end under those who follow them.</summary>
    public bool EndsChannels { get; init; }

    /// <summary>Nodes of a cluster fail, and what they had in memory only goes with them.</summary>
    public bool NodesFail { get; init; }

    /// <summary>Actors of ephemeral channels do.</summary>
    public bool EndsEphemeral { get; init; }

    /// <summary>Actors of sessions end under their connections.</summary>
    public bool EndsSessions { get; init; }

    /// <summary>Whether a session that lives may lose what it had not journaled: acks count at once, and are only certain when they are on disk.</summary>
    public bool MayLoseAcks => NodesFail || StalledDisk || SlowDisk || FullDisk || UnknownCommits || FailedReads || EndsSessions;

    /// <summary>Whether commits of channels fail, so that those who follow have to join anew.</summary>
    public bool LosesCommits => FullDisk || UnknownCommits;

    public bool HasAny => this != new FaultPlan();
}
