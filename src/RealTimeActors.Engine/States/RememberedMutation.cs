using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.States;

/// <summary>What became of a mutation that has an id, so that a repeat of it gets the same answer.</summary>
/// <param name="Offset">Where it is in the log.</param>
/// <param name="Result">What was decided.</param>
/// <param name="Digest">Of what was asked for, so that another mutation under the same id is seen.</param>
internal readonly record struct RememberedMutation(long Offset, MutationResult Result, ReadOnlyMemory<byte> Digest);
