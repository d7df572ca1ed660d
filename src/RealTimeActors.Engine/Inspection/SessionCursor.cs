using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Engine.Inspection;

/// <summary>How far a list of sessions has come: first come those that are connected, then those that are away, each in order of their ids.</summary>
/// <param name="IsAway">Whether the connected ones are done with.</param>
/// <param name="After">The last id that was looked at; empty: none yet.</param>
public sealed record SessionCursor(bool IsAway, string After)
{
    private const int IdCharsMax = 64;

    /// <summary>Where a list begins.</summary>
    public static SessionCursor Start { get; } = new(IsAway: false, "");

    /// <summary>Reads what <see cref="ToString"/> wrote; null and empty text is the start.</summary>
    /// <returns>False: it did not come from here.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SessionCursor? cursor)
    {
        cursor = text switch
        {
            null or "" => Start,
            ['c' or 'a', ':', .. var after] when after.Length <= IdCharsMax => new SessionCursor(text[0] == 'a', after),
            _ => null,
        };
        return cursor is not null;
    }

    /// <summary>Opaque text for whoever asks for the next page.</summary>
    public override string ToString() => $"{(IsAway ? 'a' : 'c')}:{After}";
}
