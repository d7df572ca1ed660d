using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Patterns;

/// <summary>
/// Channels in the ordinal order of their names, and those of them that a pattern means: found by leaping from one possible name to the next, so that what lies between is not looked at.
/// </summary>
/// <remarks>Of 1,000 sessions with 100 channels each, <c>session.*.emotion</c> takes some 2,000 leaps, not 100,000 comparisons; <c>funding.&gt;</c> takes one, and then its own.</remarks>
internal sealed class ChannelNames
{
    private readonly SortedSet<ChannelEntry> _entries = new(Comparer<ChannelEntry>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name)));
    private readonly ChannelEntry _end = new("\uffff");

    internal int Count => _entries.Count;

    internal ChannelEntry? Find(ChannelName name) => _entries.TryGetValue(new ChannelEntry(name.Value), out var entry) ? entry : null;

    internal void Add(ChannelEntry entry) => _entries.Add(entry);

    internal void Remove(ChannelEntry entry) => _entries.Remove(entry);

    /// <summary>The channels of the pattern, in order.</summary>
    /// <param name="pattern">Which are meant.</param>
    /// <param name="from">The first name that is looked at; empty: from the start.</param>
    /// <param name="limit">The most channels.</param>
    /// <param name="looksMax">The most names that are looked at, so that one page ends although little fits.</param>
    /// <param name="next">Where the next page begins; null: that was all.</param>
    internal List<ChannelEntry> Page(ChannelPattern pattern, string from, int limit, int looksMax, out string? next)
    {
        var found = new List<ChannelEntry>();
        var leap = new PatternLeap(pattern);
        var looks = 0;
        next = from;
        while (next is not null)
        {
            var leapTo = (string?)null;
            foreach (var entry in _entries.GetViewBetween(new ChannelEntry(next), _end))
            {
                if (found.Count == limit || looks++ == looksMax)
                {
                    next = entry.Name;
                    return found;
                }

                var where = leap.Look(entry.Name, out leapTo);
                if (where == PatternLeap.Match)
                    found.Add(entry);
                else if (where != PatternLeap.Onward)
                    break;
            }

            next = leapTo;
        }

        return found;
    }
}
