namespace RealTimeActors.Engine.Conflicts;

/// <summary>What became of a mutation.</summary>
public enum MutationResult
{
    /// <summary>All of it took effect as it was asked for.</summary>
    Applied,

    /// <summary>It took effect together with what was there: the value after it is not simply what was asked for.</summary>
    Merged,

    /// <summary>A rule decided for what was there. In the log, with the rule; version and value stay.</summary>
    Superseded,

    /// <summary><c>ifVersion</c> is not the present version. In no log.</summary>
    Rejected,
}
