using RealTimeActors.Actors;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Dispatch;

/// <summary>
/// Runs actors on the thread pool. Fair: after a run of at most <see cref="MessagesPerRunMax"/> messages an actor with more to do goes to the end of the queue.
/// </summary>
public sealed class ThreadPoolDispatcher : IDispatcher
{
    /// <summary>What is used when nothing is said: long enough that scheduling costs next to nothing per message, short enough to be fair.</summary>
    public const int DefaultMessagesPerRunMax = 100;

    /// <summary>A dispatcher; several systems may share one.</summary>
    /// <param name="messagesPerRunMax">1 … 10,000.</param>
    public ThreadPoolDispatcher(int messagesPerRunMax = DefaultMessagesPerRunMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messagesPerRunMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messagesPerRunMax, 10_000);
        MessagesPerRunMax = messagesPerRunMax;
    }

    /// <summary>The most messages an actor handles before others get their turn.</summary>
    public int MessagesPerRunMax { get; }

    /// <inheritdoc/>
    public Mailbox CreateMailbox(ActorCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new ThreadPoolMailbox(cell, this);
    }

    /// <inheritdoc/>
    public IGate CreateGate() => new LockGate();
}
