namespace RealTimeActors.Server.FundingSheet;

/// <summary>By which rules the server decides about the sheet.</summary>
/// <param name="Default">Where no path says otherwise.</param>
/// <param name="Fields">By path.</param>
internal sealed record FundingSheetRules(string Default, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>Reads what <see cref="Engine.Conflicts.ConflictRules.Text"/> says: a heading, the default, and a rule with its path in each line.</summary>
    internal static FundingSheetRules Of(string text)
    {
        var lines = text.Split('\n').Skip(1).Select(static line => line.Split(' ', 2)).ToArray();
        return new FundingSheetRules(lines[0][1], new SortedDictionary<string, string>(lines.Skip(1).ToDictionary(static line => line[1], static line => line[0]), StringComparer.Ordinal));
    }
}
