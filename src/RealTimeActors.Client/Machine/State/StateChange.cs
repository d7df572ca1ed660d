namespace RealTimeActors.Client.Machine.State;

/// <summary>What happened to one entry.</summary>
/// <param name="Key">Which.</param>
/// <param name="Cause">Why.</param>
/// <param name="Before">As it was seen before; null: not at all.</param>
/// <param name="After">As it is seen now; null: not at all.</param>
/// <param name="IsConfirmed">Whether what is seen now, or seen no more, is so at the server: no edit of this client that is not answered has to do with it.</param>
public sealed record StateChange(string Key, StateChangeCause Cause, StateEntry? Before, StateEntry? After, bool IsConfirmed)
{
    /// <summary>The edit of this client that it comes from; null: it comes from elsewhere.</summary>
    public string? MutationId { get; init; }

    /// <summary>Whose edit it was, where the server says so.</summary>
    public string? User { get; init; }

    /// <summary>Of a roll-back: the server's word, with the reason.</summary>
    public MutationOutcome? Outcome { get; init; }
}
