namespace RealTimeActors.Engine.Conflicts;

/// <summary>The order of keys: that of their bytes in UTF-8, which is the same in every language. Characters beyond U+FFFF come last; in UTF-16 their halves would come before U+E000.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    private KeyOrder() { }

    internal static KeyOrder Instance { get; } = new();

    public int Compare(string? one, string? other)
    {
        if (one is null || other is null)
            return (one is null ? 0 : 1) - (other is null ? 0 : 1);

        var at = one.AsSpan().CommonPrefixLength(other);
        return at < one.Length && at < other.Length
            ? Rank(one[at]) - Rank(other[at])
            : one.Length - other.Length;
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
