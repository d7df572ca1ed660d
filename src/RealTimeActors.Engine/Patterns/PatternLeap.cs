using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Patterns;

/// <summary>
/// Looks at names in ordinal order with a pattern in hand: does this one fit, and if not, which is the next that could? Pure.
/// </summary>
internal sealed class PatternLeap
{
    /// <summary>The name fits; the one after it is looked at next.</summary>
    internal const int Match = 0;

    /// <summary>It does not fit; the one after it may.</summary>
    internal const int Onward = 1;

    /// <summary>Nothing fits before the name that is leapt to; nothing at all where there is none.</summary>
    internal const int Leap = 2;

    private readonly string _pattern;
    private readonly List<Part> _parts = [];

    internal PatternLeap(ChannelPattern pattern)
    {
        _pattern = pattern.Text;
        var rest = _pattern.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny('.', ':');
            var segment = end < 0 ? rest : rest[..end];
            _parts.Add(new Part(segment.ToString(), end < 0 ? null : rest[end]));
            rest = end < 0 ? default : rest[(end + 1)..];
        }
    }

    /// <summary>Looks at a name.</summary>
    /// <param name="name">A channel's name.</param>
    /// <param name="leapTo">With <see cref="Leap"/>: nothing between the name and this fits; null: nothing after it does.</param>
    internal int Look(string name, out string? leapTo)
    {
        leapTo = null;
        if (name[0] == '$' && _pattern[0] != '$')
        {
            leapTo = "%";
            return Leap;
        }

        // Where the present segment begins, and whether a * stands before it: only then can a later name differ before it.
        var at = 0;
        var isFree = false;
        foreach (var part in _parts)
        {
            if (part.IsRest)
                return Match;

            if (part.IsAny)
            {
                var end = name.AsSpan(at).IndexOfAny('.', ':');
                end = end < 0 ? name.Length : at + end;
                if (end == name.Length)
                    return part.Separator is null ? Match : Onward;

                if (name[end] != part.Separator)
                {
                    // One segment more than wanted, or the other separator: so it is with everything that begins so.
                    leapTo = After(name, end + 1);
                    return Leap;
                }

                at = end + 1;
                isFree = true;
                continue;
            }

            var wanted = part.Wanted;
            var order = string.CompareOrdinal(name, at, wanted, 0, wanted.Length);
            if (order == 0 && (part.Separator is not null || name.Length == at + wanted.Length))
            {
                at += wanted.Length;
                if (part.Separator is null)
                    return Match;

                continue;
            }

            if (order < 0)
                leapTo = string.Concat(name.AsSpan(0, at), wanted);
            else if (isFree)
                leapTo = After(name, at);

            return Leap;
        }

        return Onward;
    }

    /// <summary>What comes after every name that begins with the first so many characters of this one. The last of them is a separator, which ASCII follows by a character no name has.</summary>
    private static string After(string name, int length) => string.Concat(name.AsSpan(0, length - 1), ((char)(name[length - 1] + 1)).ToString());

    private sealed record Part(string Segment, char? Separator)
    {
        internal bool IsRest { get; } = Segment == ">";

        internal bool IsAny { get; } = Segment == "*";

        internal string Wanted { get; } = Segment + Separator;
    }
}
