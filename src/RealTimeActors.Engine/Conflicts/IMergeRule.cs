namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// A conflict rule of the application: decides the value at one path. Named in the settings as <c>custom:&lt;name&gt;</c> and registered under that name in
/// <see cref="EngineOptions.MergeRules"/>.
/// </summary>
/// <remarks>
/// It must be deterministic and keep no state: the same input gives the same bytes, at any time and on any node. What it decided is written into the log and it is not asked again when
/// the log is read. It is called on the channel's thread: it must be quick and may not wait. A rule that throws, or answers with something that is no JSON value, has its mutation refused (100).
/// The kit tests a rule for all that: <c>RealTimeActors.TestKit.Conflicts.MergeRuleKit</c>.
/// </remarks>
public interface IMergeRule
{
    /// <summary>Whether the value is the same in whatever order the same writes arrive. The kit holds a rule that says so to it.</summary>
    bool IsOrderIndependent => false;

    /// <summary>Decides what is at the path after this write.</summary>
    /// <returns>One JSON value; empty: nothing is there. Return <see cref="MergeInput.Present"/> to keep what is there.</returns>
    ReadOnlyMemory<byte> Decide(in MergeInput input);
}
