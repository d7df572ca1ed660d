using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Protocol.Names;

/// <summary>
/// Names of channels with <c>*</c> for one segment and <c>&gt;</c>, at the end, for the rest (one segment at least). Separators are compared as they stand. Names that
/// belong to the server (<c>$…</c>) are only matched by patterns that begin with <c>$</c>.
/// </summary>
/// <remarks>The order is that of judgement: the most specific pattern first. Segment by segment a name comes before <c>*</c>, and <c>*</c> before <c>&gt;</c>.</remarks>
public sealed class ChannelPattern : IComparable<ChannelPattern>, IEquatable<ChannelPattern>
{
    private ChannelPattern(string text) => Text = text;

    /// <summary>The pattern as it was given.</summary>
    public string Text { get; }

    /// <summary>Whether a channel asked for under this text means more than one: it has a <c>*</c> or <c>&gt;</c>.</summary>
    public static bool IsPattern(string? text) => text.AsSpan().ContainsAny('*', '>');

    /// <summary>Reads a pattern; when it is not one, says what is wrong with it. A channel's name is a pattern that matches itself.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ChannelPattern? pattern, [NotNullWhen(false)] out string? error)
    {
        error = Judge(text);
        pattern = error is null ? new ChannelPattern(text!) : null;
        return error is null;
    }

    /// <summary>Reads a pattern that is known to be one.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static ChannelPattern Parse(string text) => TryParse(text, out var pattern, out var error) ? pattern : throw new FormatException(error);

    /// <summary>Whether the channel is meant.</summary>
    public bool Matches(ChannelName name)
    {
        var pattern = Text.AsSpan();
        var rest = name.Value.AsSpan();
        if (rest[0] == '$' && pattern[0] != '$')
            return false;

        while (true)
        {
            var patternEnd = pattern.IndexOfAny('.', ':');
            var nameEnd = rest.IndexOfAny('.', ':');
            var segment = patternEnd < 0 ? pattern : pattern[..patternEnd];
            if (segment is ">")
                return true;

            if (segment is not "*" && !segment.SequenceEqual(nameEnd < 0 ? rest : rest[..nameEnd]))
                return false;

            if (patternEnd < 0 || nameEnd < 0)
                return patternEnd < 0 && nameEnd < 0;

            if (pattern[patternEnd] != rest[nameEnd])
                return false;

            pattern = pattern[(patternEnd + 1)..];
            rest = rest[(nameEnd + 1)..];
        }
    }

    /// <summary>Whether it means every channel that the other means.</summary>
    public bool Covers(ChannelPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Compare(other, (mine, theirs) => mine is ">" ? true : theirs is ">" ? false : mine is "*" || mine.SequenceEqual(theirs) ? null : false, mayBeServers: false);
    }

    /// <summary>Whether there is a channel, or could be one, that both mean.</summary>
    public bool Overlaps(ChannelPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Compare(other, (mine, theirs) => mine is ">" || theirs is ">" ? true : mine is "*" || theirs is "*" || mine.SequenceEqual(theirs) ? null : false, mayBeServers: true);
    }

    /// <inheritdoc/>
    public int CompareTo(ChannelPattern? other)
    {
        if (other is null)
            return -1;

        var mine = Text.AsSpan();
        var theirs = other.Text.AsSpan();
        while (!mine.IsEmpty && !theirs.IsEmpty)
        {
            var rank = Rank(Take(ref mine)) - Rank(Take(ref theirs));
            if (rank != 0)
                return rank;
        }

        // The longer one says more.
        return mine.IsEmpty != theirs.IsEmpty ? (mine.IsEmpty ? 1 : -1) : string.CompareOrdinal(Text, other.Text);
    }

    /// <inheritdoc/>
    public bool Equals(ChannelPattern? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ChannelPattern);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // FNV-1a: the same in every process, unlike a string's own.
        var hash = 2_166_136_261;
        foreach (var c in Text)
            hash = (hash ^ c) * 16_777_619;

        return (int)hash;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Goes through both, segment by segment, until the judgement falls; where it does not, both must end together.</summary>
    private bool Compare(ChannelPattern other, SegmentJudge judge, bool mayBeServers)
    {
        var mine = Text.AsSpan();
        var theirs = other.Text.AsSpan();

        // * and > at the start do not mean the server's channels.
        if ((theirs[0] == '$' && mine[0] is ('*' or '>')) || (mayBeServers && mine[0] == '$' && theirs[0] is ('*' or '>')))
            return false;

        while (true)
        {
            var myEnd = mine.IndexOfAny('.', ':');
            var theirEnd = theirs.IndexOfAny('.', ':');
            if (judge(myEnd < 0 ? mine : mine[..myEnd], theirEnd < 0 ? theirs : theirs[..theirEnd]) is { } judgement)
                return judgement;

            if (myEnd < 0 || theirEnd < 0)
                return myEnd < 0 && theirEnd < 0;

            if (mine[myEnd] != theirs[theirEnd])
                return false;

            mine = mine[(myEnd + 1)..];
            theirs = theirs[(theirEnd + 1)..];
        }
    }

    /// <summary>Two segments in the same place: true or false decide, null goes on.</summary>
    private delegate bool? SegmentJudge(ReadOnlySpan<char> mine, ReadOnlySpan<char> theirs);

    private static int Rank(ReadOnlySpan<char> segment) => segment is ">" ? 2 : segment is "*" ? 1 : 0;

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('.', ':');
        var segment = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return segment;
    }

    private static string? Judge(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "A pattern is expected; it is empty.";

        // A pattern is a name whose * and > stand alone in their segments: with letters in their place it must be a name.
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var segment = Take(ref rest);
            if (segment is ">" && !rest.IsEmpty)
                return "A pattern has > only at its end; more comes after it.";

            if (segment.Length > 1 && segment.ContainsAny('*', '>'))
                return "A pattern has * and > only as whole segments.";
        }

        return ChannelName.TryParse(text.Replace('*', 'x').Replace('>', 'x'), out _, out var error) ? null : error;
    }
}
