using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Protocol.Names;

/// <summary>
/// The name of a channel: 1–200 bytes of <c>A–Z a–z 0–9 _ -</c> in segments joined by <c>.</c> or <c>:</c>. Rejected otherwise, never normalised.
/// Names that begin with <c>$</c> belong to the server and may be longer.
/// </summary>
public readonly record struct ChannelName : IComparable<ChannelName>
{
    private ChannelName(string value) => Value = value;

    /// <summary>The name as it stands on the wire.</summary>
    public string Value { get; }

    /// <summary>Whether the name is reserved for the server (<c>$dlq.…</c>, <c>$user.…</c>): clients may follow it, not publish to it.</summary>
    public bool IsServerOwned => Value[0] == '$';

    /// <summary>Reads a name; when it is not one, says what is wrong with it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChannelName name, [NotNullWhen(false)] out string? error)
    {
        error = Judge(text);
        name = error is null ? new ChannelName(text!) : default;
        return error is null;
    }

    /// <summary>Reads a name that is known to be one.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static ChannelName Parse(string text) => TryParse(text, out var name, out var error) ? name : throw new FormatException(error);

    /// <inheritdoc/>
    public int CompareTo(ChannelName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Judge(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "A channel name is expected; it is empty.";

        var isServerOwned = text[0] == '$';
        if (!isServerOwned && text.Length > Limits.ChannelBytesMax)
            return $"A channel name has at most {Limits.ChannelBytesMax} bytes; this one has {text.Length}.";

        if (text.Length > ServerOwnedBytesMax)
            return $"A channel name of the server has at most {ServerOwnedBytesMax} bytes; this one has {text.Length}.";

        var segmentBytes = 0;
        for (var i = isServerOwned ? 1 : 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-' || (isServerOwned && c == '$'))
                segmentBytes++;
            else if (c is '.' or ':' && segmentBytes > 0)
                segmentBytes = 0;
            else if (c is '.' or ':')
                return $"A channel name has no empty segments; there is one before character {i + 1}.";
            else
                return $"A channel name consists of A-Z a-z 0-9 _ - in segments joined by . or :; character {i + 1} is none of these.";
        }

        return segmentBytes == 0 ? "A channel name does not end with a separator." : null;
    }

    private const int ServerOwnedBytesMax = 256;
}
