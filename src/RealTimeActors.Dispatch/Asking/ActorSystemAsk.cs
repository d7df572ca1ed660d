using RealTimeActors.Actors;

namespace RealTimeActors.Dispatch.Asking;

/// <summary>Ask: a message to an actor whose answer completes a task. For code outside the actors.</summary>
public static class ActorSystemAsk
{
    /// <summary>
    /// Tells <paramref name="target"/> the message that <paramref name="make"/> makes of the address to answer to, and completes with the first answer.
    /// </summary>
    /// <param name="system">The system whose time counts.</param>
    /// <param name="target">Who is asked.</param>
    /// <param name="make">Puts the address to answer to into the message.</param>
    /// <param name="timeout">Above zero.</param>
    /// <param name="cancellationToken">Ends the wait; an answer that comes later is dropped.</param>
    /// <exception cref="TimeoutException">No answer came in time. Names the target.</exception>
    /// <example><c>await system.AskAsync(counter, (IActorRef&lt;Count&gt; replyTo) => new HowMany(replyTo), TimeSpan.FromSeconds(1))</c></example>
    public static Task<TReply> AskAsync<TMessage, TReply>(
        this ActorSystem system,
        IActorRef<TMessage> target,
        Func<IActorRef<TReply>, TMessage> make,
        TimeSpan timeout,
        CancellationToken cancellationToken = default)
        where TMessage : class
        where TReply : class
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (system is not ActorKernel kernel)
            throw new ArgumentException($"Expected an {nameof(ActorKernel)}, got {system.GetType().Name}.", nameof(system));

        var question = new Question<TReply>(kernel.Clock, target, timeout);
        if (question.Begin(cancellationToken))
            target.Tell(make(question));
        return question.Answer;
    }
}
