using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Mutations;

/// <summary>What a store of edits held.</summary>
/// <param name="Mutations">The edits that were not answered, who made them and how far he has counted; null: nothing was ever kept.</param>
/// <param name="Damage">What could not be read, and where it was put aside; null: all could.</param>
/// <param name="MayLoseEdits">Whether an edit that the application was shown may be in what could not be read. False: it was a record that had not been finished, and so was neither shown nor sent.</param>
public sealed record LoadedMutations(KeptMutations? Mutations, string? Damage, bool MayLoseEdits);
