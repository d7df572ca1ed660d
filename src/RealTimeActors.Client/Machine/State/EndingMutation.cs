namespace RealTimeActors.Client.Machine.State;

/// <summary>An edit that is over, and that nobody was told of yet.</summary>
/// <param name="edit">The edit.</param>
/// <param name="word">What is told then: <see cref="ClientEffect.MutationDecided"/> or <see cref="ClientEffect.MutationAbandoned"/>.</param>
internal sealed class EndingMutation(QueuedMutation edit, ClientEffect word)
{
    internal QueuedMutation Edit { get; } = edit;
    internal long Number => Edit.Mutation.Number;
    internal ClientEffect Word { get; } = word;

    /// <summary>How often the store could not let go of it.</summary>
    internal int Failures { get; set; }

    /// <summary>The store is asked again then; null: it has been asked.</summary>
    internal TimeSpan? AskedAgainAt { get; set; }
}
