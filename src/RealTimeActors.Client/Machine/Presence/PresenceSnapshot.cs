using System.Collections.Immutable;

namespace RealTimeActors.Client.Machine.Presence;

/// <summary>Who was there at one moment, as far as this client is told. It does not change any more.</summary>
/// <param name="Count">How many sessions are there. null: nothing is told, for this client is neither there itself nor follows the channel with an interest in presence.</param>
/// <param name="Members">All of them by their sessions, in ordinal order. null: only how many is known, for no more was asked for, or more are there than the server makes lists of (200 unless configured).</param>
/// <param name="IsCurrent">Whether that is how it is. False: it is how it was before the connection was lost.</param>
public sealed record PresenceSnapshot(long? Count, ImmutableSortedDictionary<string, PresenceMember>? Members, bool IsCurrent)
{
    internal static ImmutableSortedDictionary<string, PresenceMember> Nobody { get; } = ImmutableSortedDictionary.Create<string, PresenceMember>(StringComparer.Ordinal);

    /// <summary>Nothing is told.</summary>
    public static PresenceSnapshot Unknown { get; } = new(null, null, false);
}
