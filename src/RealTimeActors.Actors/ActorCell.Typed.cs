using System.Runtime.CompilerServices;
using RealTimeActors.Actors.Cells;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors;

/// <summary>A cell whose actor takes <typeparamref name="TMessage"/>; it is the actor's address and its context as well, which spares two objects.</summary>
internal sealed class ActorCell<TMessage>(ActorKernel kernel, ActorCell? parent, string name, Func<Actor<TMessage>> create, ActorOptions options)
    : ActorCell(kernel, parent, name, options), IActorRef<TMessage>, IActorContext<TMessage>
    where TMessage : class
{
    private Actor<TMessage>? _actor;

    public IActorRef<TMessage> Self => this;

    public TimeProvider Time => Kernel.Time;

    public void Tell(TMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Mailbox.Post(message, bounded: true);
    }

    public override RunOutcome Run(ReadOnlySpan<object?> messages, int messagesMax, out int taken)
    {
        taken = 0;
        if (Kernel.Killed)
            return RunOutcome.Ended;

        // Before system messages are handled: an idle timeout that has just fallen due is void when a message waits.
        NoteMessages(messages);
        var budget = messagesMax;
        while (true)
        {
            if (Mailbox.SystemWaits)
                RunSystem();
            if (State != CellState.Running || budget <= 0)
                break;

            if (HasUnstashed)
            {
                budget--;
                HandleOne(TakeUnstashed());
            }
            else if (taken < messages.Length)
            {
                var before = taken;
                Handle(messages[..Math.Min(messages.Length, taken + budget)], ref taken);
                budget -= taken - before;
            }
            else
            {
                break;
            }
        }

        if (State == CellState.Running && Touched)
            EndRun();
        return Outcome();
    }

    public IActorRef<TChild> Spawn<TChild>(string name, Func<Actor<TChild>> create, ActorOptions? options = null)
        where TChild : class
    {
        ArgumentNullException.ThrowIfNull(create);
        return SpawnChild(name, create, options);
    }

    public void Stop(IActorRef actor) => StopChildOrSelf(actor);

    public bool CanWatch(IActorRef actor) => actor is ActorCell cell && cell.Kernel == Kernel;

    public void Watch(IActorRef actor) => WatchOther(actor);

    public void Unwatch(IActorRef actor) => UnwatchOther(actor);

    public void StartTimer(object key, TimeSpan delay, TMessage message) => StartTimer(key, delay, period: null, message);

    public void StartPeriodicTimer(object key, TimeSpan period, TMessage message) => StartTimer(key, period, period, message);

    public void CancelTimer(object key) => CancelTimerOf(key);

    public bool Stash(TMessage message) => StashMessage(message);

    public void UnstashAll() => UnstashInto();

    public void SetIdleTimeout(TimeSpan? timeout) => SetIdle(timeout);

    public void Unhandled(TMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Kernel.Bury(message, this, DeadLetterReason.Unhandled);
    }

    private protected override void CreateInstance()
    {
        _actor = create() ?? throw new InvalidOperationException($"The function that creates {Path} returned null.");
        _actor.Context = this;
    }

    private protected override void DropInstance() => _actor = null;

    private protected override void CallOnStart() => _actor!.OnStart();

    private protected override void CallOnRunEnd() => _actor!.OnRunEnd();

    private protected override void CallOnSignal(Signal signal) => _actor!.OnSignal(signal);

    private protected override void CallOnStop() => _actor!.OnStop();

    private void Handle(ReadOnlySpan<object?> messages, ref int taken)
    {
        var actor = _actor!;
        var next = taken;
        Touched = true;
        try
        {
            do
            {
                var message = messages[next++]!;
                if (message is MessageTimer timer)
                {
                    if (MessageOf(timer) is not { } due)
                        continue;
                    message = due;
                }

                // Only Tell and the timers put messages here, and both take nothing but TMessage: a checked cast would cost 1–2 ns for nothing.
                actor.Receive(Unsafe.As<TMessage>(message));
            }
            while (next < messages.Length && !Mailbox.SystemWaits);

            taken = next;
        }
        catch (Exception fault)
        {
            taken = next;
            OnFault(fault, messages[next - 1]);
        }
    }

    private void HandleOne(object message)
    {
        var taken = 0;
        Handle(new ReadOnlySpan<object?>(in message!), ref taken);
    }

    private RunOutcome Outcome() => State switch
    {
        CellState.Running => HasUnstashed ? RunOutcome.Unfinished : RunOutcome.Ready,
        CellState.Ended => RunOutcome.Ended,
        _ => RunOutcome.Suspended,
    };
}
