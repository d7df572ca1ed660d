namespace RealTimeActors.Engine.Conflicts;

/// <summary>The words on the wire and in the log for the results.</summary>
public static class MutationResults
{
    /// <summary>The word of a result.</summary>
    public static string NameOf(MutationResult result) => result switch
    {
        MutationResult.Applied => "applied",
        MutationResult.Merged => "merged",
        MutationResult.Superseded => "superseded",
        MutationResult.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "One of the four results is expected."),
    };
}
