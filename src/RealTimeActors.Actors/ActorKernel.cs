using RealTimeActors.Actors.Cells;
using RealTimeActors.Actors.Mailboxes;
using RealTimeActors.Actors.Timers;

namespace RealTimeActors.Actors;

/// <summary>The actor system itself, over an order door and a time door. Deterministic when both are.</summary>
public class ActorKernel : ActorSystem
{
    private readonly IGate _gate;
    private readonly Siblings _top = new();
    private readonly Observers<DeadLetter> _deadLetters = new();
    private readonly Observers<ActorFault> _faults = new();
    private Action? _whenStopped;
    private bool _stopping;
    private long _deadLettersCount;

    /// <summary>A system without actors.</summary>
    public ActorKernel(IDispatcher dispatcher, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        ArgumentNullException.ThrowIfNull(time);
        Dispatcher = dispatcher;
        Time = time;
        _gate = dispatcher.CreateGate();
        Clock = new WheelClock(time, dispatcher.CreateGate());
    }

    /// <inheritdoc/>
    public override TimeProvider Time { get; }

    /// <inheritdoc/>
    public override long DeadLettersCount => _deadLettersCount;

    internal IDispatcher Dispatcher { get; }

    internal WheelClock Clock { get; }

    internal bool Killed { get; private set; }

    /// <inheritdoc/>
    public override IActorRef<TMessage> Spawn<TMessage>(string name, Func<Actor<TMessage>> create, ActorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        ActorCell.CheckName(name);
        ActorCell<TMessage> cell;
        _gate.Enter();
        try
        {
            if (_stopping || Killed)
                throw new InvalidOperationException($"The actor system is stopping: \"/{name}\" cannot be spawned any more.");
            if (_top.Contains(name))
                throw ActorCell.TakenName(null, name);

            cell = new ActorCell<TMessage>(this, null, name, create, options ?? ActorOptions.Default);
            _top.Add(cell);
        }
        finally
        {
            _gate.Leave();
        }

        cell.TellSystem(new SystemMessage(SystemMessageKind.Start));
        return cell;
    }

    /// <inheritdoc/>
    public override void Stop(IActorRef actor) => ActorCell.CellOf(actor).TellSystem(new SystemMessage(SystemMessageKind.Stop));

    /// <inheritdoc/>
    public override int MessagesWaiting(IActorRef actor) => ActorCell.CellOf(actor).Mailbox.Count;

    /// <inheritdoc/>
    public override IDisposable ObserveDeadLetters(Action<DeadLetter> observe) => _deadLetters.Add(_gate, observe);

    /// <inheritdoc/>
    public override IDisposable ObserveFaults(Action<ActorFault> observe) => _faults.Add(_gate, observe);

    /// <summary>
    /// Stops the top actors one after the other, the youngest first (it may need the elder ones to finish), each with its children. No new top actor is taken.
    /// </summary>
    /// <param name="whenStopped">Called once, when the last one has ended or the system was killed; at once when there is none.</param>
    public void StopAll(Action whenStopped)
    {
        ArgumentNullException.ThrowIfNull(whenStopped);
        _gate.Enter();
        _stopping = true;
        var killed = Killed;
        if (!killed)
            _whenStopped += whenStopped;
        _gate.Leave();
        if (killed)
            whenStopped();
        else
            StopYoungest();
    }

    /// <summary>
    /// Ends everything on the spot, as a crash does: no actor runs again, no OnStop, no timer falls due, nobody is told. An actor that is in the middle of a
    /// message on another thread finishes that run.
    /// </summary>
    public void Kill()
    {
        _gate.Enter();
        Killed = true;
        var whenStopped = _whenStopped;
        _whenStopped = null;
        _gate.Leave();
        Clock.Dispose();
        whenStopped?.Invoke();
    }

    internal void TopEnded(ActorCell cell)
    {
        _gate.Enter();
        _top.Remove(cell);
        var stopping = _stopping;
        _gate.Leave();
        if (stopping)
            StopYoungest();
    }

    internal void Bury(object message, ActorCell recipient, DeadLetterReason reason)
    {
        if (Killed)
            return;

        _gate.Enter();
        _deadLettersCount++;
        _gate.Leave();
        if (_deadLetters.Any)
            _deadLetters.Tell(new DeadLetter(message, recipient.Path, reason));
    }

    internal void Report(ActorCell cell, Exception fault, Directive directive)
    {
        if (_faults.Any)
            _faults.Tell(new ActorFault(cell.Path, fault, directive));
    }

    private void StopYoungest()
    {
        Action? whenStopped = null;
        _gate.Enter();
        var youngest = _top.Youngest;
        if (youngest is null)
        {
            whenStopped = _whenStopped;
            _whenStopped = null;
        }

        _gate.Leave();
        youngest?.TellSystem(new SystemMessage(SystemMessageKind.Stop));
        whenStopped?.Invoke();
    }
}
