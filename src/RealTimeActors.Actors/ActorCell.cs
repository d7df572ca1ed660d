using RealTimeActors.Actors.Cells;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors;

/// <summary>
/// The place an actor lives in, and its address: keeps its instance, its supervision and its relations. A restart changes the instance,
/// the cell stays.
/// </summary>
/// <remarks>
/// Everything here happens within a run, except telling and posting. Read on in <c>Lifecycle</c> (start, stop, watch), <c>Faults</c>
/// (supervision) and <c>Waiting</c> (timers, stash, idle); the hot path is in <see cref="ActorCell{TMessage}"/>.
/// </remarks>
public abstract partial class ActorCell : IActorRef
{
    private protected ActorCell(ActorKernel kernel, ActorCell? parent, string name, ActorOptions options)
    {
        options.Check();
        Kernel = kernel;
        Parent = parent;
        Name = name;
        Options = options;
        Mailbox = kernel.Dispatcher.CreateMailbox(this);
    }

    /// <summary>How the actor is run.</summary>
    public ActorOptions Options { get; }

    /// <inheritdoc/>
    /// <remarks>Made anew at each call: a million idle actors need no path.</remarks>
    public ActorPath Path => new(Parent?.Path, Name);

    /// <summary>Where it lives.</summary>
    public ActorSystem System => Kernel;

    internal ActorKernel Kernel { get; }

    internal ActorCell? Parent { get; }

    internal string Name { get; }

    internal Mailbox Mailbox { get; }

    /// <summary>Links of <see cref="Siblings"/>.</summary>
    internal ActorCell? Elder { get; set; }

    /// <summary>Links of <see cref="Siblings"/>.</summary>
    internal ActorCell? Younger { get; set; }

    private protected CellExtras? Extras { get; private set; }

    /// <summary>The idle timeout that is set; null: none. Not among the extras: with one, and one watcher, most actors spend their lives.</summary>
    private protected IdleTimer? Idle { get; private set; }

    private protected CellState State { get; private set; }

    /// <summary>OnStart of the present instance has returned.</summary>
    private protected bool Started { get; private set; }

    /// <summary>The instance was called since its last OnRunEnd.</summary>
    private protected bool Touched { get; set; }

    private CellExtras Rare => Extras ??= new CellExtras();

    /// <summary>
    /// Lets the actor handle what waits for it. The dispatcher calls this, one run at a time.
    /// </summary>
    /// <param name="messages">The oldest messages of the mailbox.</param>
    /// <param name="messagesMax">The most messages in this run. The cell may have some of its own that come first.</param>
    /// <param name="taken">How many of them were handled; the dispatcher puts the others back (or hands them to <see cref="Refuse"/> after the end).</param>
    public abstract RunOutcome Run(ReadOnlySpan<object?> messages, int messagesMax, out int taken);

    /// <summary>The mailbox could not take or keep this message: it becomes a dead letter. Not to be called while the mailbox is locked.</summary>
    public void Refuse(object message, DeadLetterReason reason)
    {
        if (message is not MessageTimer timer)
            Kernel.Bury(message, this, reason);
        else if (reason == DeadLetterReason.MailboxFull)
            Mailbox.Post(timer, bounded: false); // Timers are bounded by their keys; one pushed out by a newer message goes back in.
    }

    /// <summary>The mailbox was closed before this system message was taken.</summary>
    public void RefuseSystem(SystemMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Kind == SystemMessageKind.Watch && !Kernel.Killed)
            ((ActorCell)message.Subject!).TellSystem(new SystemMessage(SystemMessageKind.Terminated, this));
    }

    internal void TellSystem(SystemMessage message)
    {
        if (!Mailbox.PostSystem(message))
            RefuseSystem(message);
    }

    /// <inheritdoc/>
    public override string ToString() => Path.ToString();

    private protected abstract void CreateInstance();

    private protected abstract void DropInstance();

    private protected abstract void CallOnStart();

    private protected abstract void CallOnRunEnd();

    private protected abstract void CallOnSignal(Signal signal);

    private protected abstract void CallOnStop();

    /// <summary>Handles all system messages that wait. Does not throw.</summary>
    private protected void RunSystem()
    {
        for (var message = Mailbox.TakeSystem(); message is not null;)
        {
            var next = SystemQueue.Detach(message);
            OnSystem(message);
            message = next;
        }
    }

    private void OnSystem(SystemMessage message)
    {
        if (State == CellState.Ended)
        {
            RefuseSystem(message);
            return;
        }

        if (State == CellState.Escalated && message.Kind is (SystemMessageKind.Terminated or SystemMessageKind.IdleDue))
        {
            (Rare.Held ??= []).Add(message);
            return;
        }

        switch (message.Kind)
        {
            case SystemMessageKind.Start:
                Start();
                break;
            case SystemMessageKind.Stop:
                BeginStop();
                break;
            case SystemMessageKind.Watch:
                AddWatcher((ActorCell)message.Subject!);
                break;
            case SystemMessageKind.Unwatch:
                RemoveWatcher((ActorCell)message.Subject!);
                break;
            case SystemMessageKind.Terminated:
                OnTerminated((ActorCell)message.Subject!);
                break;
            case SystemMessageKind.ChildEnded:
                OnChildEnded((ActorCell)message.Subject!);
                break;
            case SystemMessageKind.ChildFailed:
                OnChildFailed((ActorCell)message.Subject!, message.Fault!);
                break;
            case SystemMessageKind.Resume:
                OnResume();
                break;
            case SystemMessageKind.RestartDue:
                OnRestartDue((RestartTimer)message.Subject!);
                break;
            case SystemMessageKind.IdleDue:
                OnIdleDue((IdleTimer)message.Subject!);
                break;
            default:
                throw new InvalidOperationException($"Expected a system message of a known kind, got {message.Kind}.");
        }
    }
}
