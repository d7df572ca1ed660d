namespace RealTimeActors.Actors;

/// <summary>How an actor is run. Immutable, shared between actors of a kind.</summary>
public sealed record ActorOptions
{
    /// <summary>What is used when nothing is said.</summary>
    public static ActorOptions Default { get; } = new();

    /// <summary>The most messages that wait. Beyond it <see cref="Overflow"/> decides. Default 1,048,576.</summary>
    public int MailboxCapacity { get; init; } = 1_048_576;

    /// <summary>What happens to a message when the mailbox is full.</summary>
    public MailboxOverflow Overflow { get; init; } = MailboxOverflow.RejectNewest;

    /// <summary>The most messages that are stashed. Default 10,000.</summary>
    public int StashCapacity { get; init; } = 10_000;

    /// <summary>What happens to the actor when it throws.</summary>
    public Supervision Supervision { get; init; } = Supervision.Default;

    /// <summary>Throws when a limit makes no sense. Called at each spawn.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MailboxCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(StashCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(Supervision.RestartsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(Supervision.BackoffMin, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Supervision.BackoffMax, TimeSpan.Zero);
    }
}
