namespace RealTimeActors.Client.Machine.State;

/// <summary>What a former process left of its edits.</summary>
/// <param name="Producer">Who made them.</param>
/// <param name="LastNumber">The greatest number that was ever used, whatever became of it.</param>
/// <param name="LastTimeUnixMs">The latest time that was ever given to one.</param>
/// <param name="Pending">Those that were not answered, in order of their numbers.</param>
public sealed record KeptMutations(string Producer, long LastNumber, long LastTimeUnixMs, IReadOnlyList<PendingMutation> Pending);
