namespace RealTimeActors.Engine.Conflicts;

/// <summary>A member of a set, or the memory of one.</summary>
/// <param name="Value">Canonical JSON: equal members are equal bytes.</param>
/// <param name="Stamp">When it was last added or, where it is not present, last removed.</param>
/// <param name="IsPresent">Whether it is in the set.</param>
internal readonly record struct SetMember(byte[] Value, Stamp Stamp, bool IsPresent);
