namespace RealTimeActors.Engine.Conflicts;

/// <summary>One rule as it is named in the settings.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Custom">The name of a custom one.</param>
internal readonly record struct ConflictRule(ConflictRuleKind Kind, string? Custom = null)
{
    internal const string Names = "last-write, first-write, reject, max, min, sum, union, append or custom:<name>";

    private const string CustomPrefix = "custom:";
    private const int CustomNameLengthMax = 100;

    /// <summary>Its word in the settings, the log and messages.</summary>
    internal string Name => Kind switch
    {
        ConflictRuleKind.LastWrite => "last-write",
        ConflictRuleKind.FirstWrite => "first-write",
        ConflictRuleKind.Reject => "reject",
        ConflictRuleKind.Max => "max",
        ConflictRuleKind.Min => "min",
        ConflictRuleKind.Sum => "sum",
        ConflictRuleKind.Union => "union",
        ConflictRuleKind.Append => "append",
        _ => CustomPrefix + Custom,
    };

    /// <summary>Whether a later write replaces what is there, and a <c>set</c> takes away what it does not name.</summary>
    internal bool IsReplacing => Kind is ConflictRuleKind.LastWrite or ConflictRuleKind.Reject;

    internal static bool TryParse(string name, out ConflictRule rule)
    {
        rule = default;
        if (name.StartsWith(CustomPrefix, StringComparison.Ordinal))
        {
            var custom = name[CustomPrefix.Length..];
            rule = new ConflictRule(ConflictRuleKind.Custom, custom);
            return custom.Length is > 0 and <= CustomNameLengthMax && custom.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        }

        for (var kind = ConflictRuleKind.LastWrite; kind < ConflictRuleKind.Custom; kind++)
        {
            rule = new ConflictRule(kind);
            if (rule.Name == name)
                return true;
        }

        return false;
    }
}
