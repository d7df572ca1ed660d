namespace RealTimeActors.Hosting.Settings;

/// <summary>Finds the word that somebody who mistyped probably meant.</summary>
internal static class Nearest
{
    /// <summary>The known word that is fewest edits away; null where even that one is quite another word.</summary>
    internal static string? To(string word, IEnumerable<string> known)
    {
        var (nearest, edits) = known.Select(candidate => (candidate, Edits(word, candidate))).MinBy(pair => pair.Item2);
        return nearest is not null && edits <= Math.Max(2, nearest.Length / 2) ? nearest : null;
    }

    /// <summary>Levenshtein's distance, without regard to case.</summary>
    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
