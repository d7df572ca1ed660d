namespace RealTimeActors.Engine.Conflicts;

/// <summary>Where the fold learns what a custom rule says: from the rule itself, once, and from the log ever after.</summary>
internal interface ICustomDecisions
{
    /// <summary>What is at the path after this write; empty: nothing. Null: it could not be learnt, and <paramref name="error"/> says why.</summary>
    ReadOnlyMemory<byte>? Decide(string rule, in MergeInput input, out string? error);
}
