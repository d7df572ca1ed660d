namespace RealTimeActors.Client.Machine.State;

/// <summary>What became of an edit.</summary>
public enum MutationResult
{
    /// <summary>It was done as it was asked for.</summary>
    Applied,

    /// <summary>It was done in part, or together with what others did meanwhile: the value is neither theirs alone nor its own.</summary>
    Merged,

    /// <summary>By the channel's rules another edit wins. It is in the log as the loser, and nothing has changed.</summary>
    Superseded,

    /// <summary>It was refused. It is in no log.</summary>
    Rejected,
}
