namespace RealTimeActors.Engine.Conflicts;

/// <summary>The rules. What each one promises stands in README.md beside this file.</summary>
internal enum ConflictRuleKind
{
    LastWrite,
    FirstWrite,
    Reject,
    Max,
    Min,
    Sum,
    Union,
    Append,
    Custom,
}
