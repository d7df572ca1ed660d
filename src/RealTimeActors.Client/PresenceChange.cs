using RealTimeActors.Client.Machine.Presence;

namespace RealTimeActors.Client;

/// <summary>What has become otherwise with those who are there.</summary>
/// <param name="Now">Who is there.</param>
/// <param name="Joined">Who has come since it was told last, in order of their sessions. Those who were there when the first list came have not come.</param>
/// <param name="Left">Who has gone.</param>
/// <param name="Updated">Who shows something else of himself.</param>
/// <remarks>Where only the count is known, before or now, the lists are empty.</remarks>
public sealed record PresenceChange(PresenceSnapshot Now, IReadOnlyList<PresenceMember> Joined, IReadOnlyList<PresenceMember> Left, IReadOnlyList<PresenceMember> Updated)
{
    /// <summary>What lies between two moments.</summary>
    public static PresenceChange Between(PresenceSnapshot before, PresenceSnapshot now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        if (before.Members is not { } former || now.Members is not { } present)
            return new PresenceChange(now, [], [], []);

        return new PresenceChange(
            now,
            [.. present.Values.Where(member => !former.ContainsKey(member.Session))],
            [.. former.Values.Where(member => !present.ContainsKey(member.Session))],
            [.. present.Values.Where(member => former.TryGetValue(member.Session, out var was) && was != member)]);
    }
}
