using System.Globalization;

namespace RealTimeActors.Engine.HttpSessions;

/// <summary>Names a batch of a down stream, for <c>Last-Event-ID</c> and <c>Realtime-Next</c>: the connection it is of, and its number there, from 1. For clients it is opaque.</summary>
/// <param name="Connection">The id of the line.</param>
/// <param name="Number">Its number; 0: before the first.</param>
public readonly record struct BatchId(string Connection, long Number)
{
    private const int CharsMax = 64;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out BatchId id)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = default;
        var end = text.LastIndexOf('.');
        if (end is <= 0 or > CharsMax
            || !long.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !text.AsSpan(0, end).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return false;
        }

        id = new BatchId(text[..end], number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Connection}.{Number}");
}
