using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What a channel's state answers to a mutation.</summary>
/// <param name="Result">What became of it. Of no meaning where there is an <see cref="Error"/>.</param>
/// <param name="Version">The key's version after it; 0: it was never there.</param>
/// <param name="Value">The key's value after it, compact JSON; empty: it is absent.</param>
/// <param name="Reason">Why it was superseded, rejected or refused, for a person; null where it was applied or merged.</param>
/// <param name="Error">It is refused with this code and answered by an error; nothing is logged.</param>
/// <param name="EventData">The data of the <c>$state</c> event; empty where nothing is logged (<see cref="MutationResult.Rejected"/>, or an error).</param>
internal sealed record Decision(MutationResult Result, long Version, ReadOnlyMemory<byte> Value, string? Reason, ErrorCode? Error, ReadOnlyMemory<byte> EventData)
{
    /// <summary>What the key is after it; null where nothing is logged. For <see cref="StateDocument.With(Decision, long)"/>.</summary>
    internal StateEntry? Next { get; init; }
}
