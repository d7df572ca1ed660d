namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// When something was written, in the total order of one key: the hybrid clock, then user, session and mutation id. Shared by all that one mutation wrote.
/// </summary>
/// <param name="TimeUnixMs">The hybrid logical clock: the client's time, bounded, or the server's …</param>
/// <param name="Counter">… and the order of what the clock cannot tell apart.</param>
/// <param name="User">Who wrote it.</param>
/// <param name="Session">From which session.</param>
/// <param name="MutationId">The client's name for it.</param>
/// <param name="Version">The key's version that the mutation made. Not part of the order.</param>
internal sealed record Stamp(long TimeUnixMs, long Counter, string User, string Session, string MutationId, long Version) : IComparable<Stamp>
{
    /// <summary>Whose it is, for a person.</summary>
    internal string Whose => User.Length > 0 ? User : Session;

    public int CompareTo(Stamp? other)
    {
        if (other is null)
            return 1;

        if (ReferenceEquals(this, other))
            return 0;

        var order = TimeUnixMs.CompareTo(other.TimeUnixMs);
        if (order == 0)
            order = Counter.CompareTo(other.Counter);
        if (order == 0)
            order = string.CompareOrdinal(User, other.User);
        if (order == 0)
            order = string.CompareOrdinal(Session, other.Session);

        return order != 0 ? order : CompareIds(MutationId, other.MutationId);
    }

    /// <summary>The newer of two; null is older than all.</summary>
    internal static Stamp? Newer(Stamp? one, Stamp? other) => one is null || (other is not null && other.CompareTo(one) > 0) ? other : one;

    /// <summary>The same write, just after <paramref name="seen"/>: who has seen a write comes after it, whatever his clock says.</summary>
    internal Stamp After(Stamp seen) => this with { TimeUnixMs = seen.TimeUnixMs, Counter = seen.Counter + 1 };

    /// <summary>Client libraries count (<c>p:9</c>, <c>p:10</c>): a number at the end is compared as a number.</summary>
    private static int CompareIds(string one, string other)
    {
        var (left, right) = (NumberAt(one), NumberAt(other));
        var order = one.AsSpan(0, left).SequenceCompareTo(other.AsSpan(0, right));
        if (order != 0)
            return order;

        var first = one.AsSpan(left).TrimStart('0');
        var second = other.AsSpan(right).TrimStart('0');
        order = first.Length != second.Length ? first.Length.CompareTo(second.Length) : first.SequenceCompareTo(second);
        if (order != 0)
            return order;

        return string.CompareOrdinal(one, other);
    }

    private static int NumberAt(string id)
    {
        var at = id.Length;
        while (at > 0 && char.IsAsciiDigit(id[at - 1]))
            at--;

        return at;
    }
}
