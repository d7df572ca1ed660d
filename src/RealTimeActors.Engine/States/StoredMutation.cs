using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.States;

/// <summary>What the log keeps of a mutation beside its event: what the channel needs to recognise a repeat, and the rules that it was decided by, where they are named for the first time.</summary>
/// <param name="MutationId">Its id; null: it has none, and a repeat is another mutation.</param>
/// <param name="Result">What was decided.</param>
/// <param name="Digest">Of what was asked for; empty without an id.</param>
internal sealed record StoredMutation(string? MutationId, MutationResult Result, ReadOnlyMemory<byte> Digest)
{
    /// <summary>The rules that its data names, if no event before it names them: "rows without an offset" of the log.</summary>
    internal ConflictRules? FirstNamed { get; init; }

    /// <summary>Not stored: the decision that the event is of, where it was made just now, so that its data need not be read again. Null in recovery.</summary>
    internal Decision? Decided { get; init; }
}
