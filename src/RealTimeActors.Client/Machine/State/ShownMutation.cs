namespace RealTimeActors.Client.Machine.State;

/// <summary>An edit that is shown on top of what is confirmed.</summary>
internal sealed class ShownMutation(PendingMutation mutation)
{
    internal PendingMutation Mutation { get; } = mutation;

    /// <summary>It is decided, and in the log at this offset: it is shown until what is confirmed has come so far. null: it is not decided.</summary>
    internal long? DecidedAt { get; set; }

    /// <summary>The life of the log that <see cref="DecidedAt"/> is of.</summary>
    internal string? DecidedIn { get; set; }
}
