namespace RealTimeActors.Client;

/// <summary>How one is told who is there.</summary>
public sealed record PresenceOptions
{
    /// <summary>
    /// Told who has come, gone and changed, and who is there now; one call at a time. What happens while it runs is told together afterwards, so that a slow one is told less often and not later. When it throws, nothing
    /// more is told, and <see cref="ChannelPresence.Completion"/> says so.
    /// </summary>
    public Func<PresenceChange, CancellationToken, ValueTask>? Changed { get; init; }

    /// <summary>Told when the server does not let this client be there, or be told who is, any longer: because its rights have changed, for example. Must be quick and not throw.</summary>
    public Action<RealTimeException>? Lost { get; init; }
}
