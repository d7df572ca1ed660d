using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Edge.Tests.Settings;

/// <summary>A rule as an application has it: the longer text stays. Public, because it is found by its name.</summary>
public sealed class LongestText : IMergeRule
{
    public bool IsOrderIndependent => false;

    public ReadOnlyMemory<byte> Decide(in MergeInput input) => input.Present.Length >= input.Proposed.Length ? input.Present : input.Proposed;
}
