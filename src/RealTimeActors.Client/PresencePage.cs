using RealTimeActors.Client.Machine.Presence;

namespace RealTimeActors.Client;

/// <summary>A page of those who are there.</summary>
/// <param name="Count">How many are there in all.</param>
/// <param name="Members">In order of their sessions.</param>
/// <param name="NextSession">The next page is what comes after this session. null: this was the last.</param>
public sealed record PresencePage(long Count, IReadOnlyList<PresenceMember> Members, string? NextSession);
