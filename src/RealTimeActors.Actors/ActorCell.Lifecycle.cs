using RealTimeActors.Actors.Cells;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors;

/// <content>Start, children, watch, stop.</content>
public abstract partial class ActorCell
{
    /// <summary>An actor, or, from the second on, a <see cref="CellSet"/> of them.</summary>
    private object? _watchers;

    internal IActorRef<TChild> SpawnChild<TChild>(string name, Func<Actor<TChild>> create, ActorOptions? options)
        where TChild : class
    {
        CheckName(name);
        if (State != CellState.Running)
            throw new InvalidOperationException($"{Path} cannot spawn \"{name}\" while it is {State}.");

        var children = Rare.Children ??= new Siblings();
        if (children.Contains(name))
            throw TakenName(this, name);

        var child = new ActorCell<TChild>(Kernel, this, name, create, options ?? ActorOptions.Default);
        children.Add(child);
        child.TellSystem(new SystemMessage(SystemMessageKind.Start));
        return child;
    }

    internal static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException($"An actor's name must not contain a slash, got \"{name}\".", nameof(name));
    }

    internal static InvalidOperationException TakenName(ActorCell? parent, string name) =>
        new($"\"{parent?.Path}/{name}\" is taken by an actor that has not ended yet. Watch it and spawn after its Terminated, or choose another name.");

    internal static ActorCell CellOf(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor as ActorCell
            ?? throw new ArgumentException($"Expected the address of an actor, got {actor.GetType().Name} at {actor.Path}: it cannot be stopped or watched.", nameof(actor));
    }

    private protected void StopChildOrSelf(IActorRef actor)
    {
        var cell = CellOf(actor);
        if (cell != this && cell.Parent != this)
            throw new ArgumentException($"{Path} may stop itself and its children, not {cell.Path}. Use ActorSystem.Stop.", nameof(actor));

        cell.TellSystem(new SystemMessage(SystemMessageKind.Stop));
    }

    private protected void WatchOther(IActorRef actor)
    {
        var cell = CellOf(actor);
        if (State != CellState.Running)
            return; // From OnStop: there is no instance any more that could be told.

        if ((Rare.Watching ??= new CellSet()).Add(cell))
            cell.TellSystem(new SystemMessage(SystemMessageKind.Watch, this));
    }

    private protected void UnwatchOther(IActorRef actor)
    {
        var cell = CellOf(actor);
        if (Extras?.Watching?.Remove(cell) == true)
            cell.TellSystem(new SystemMessage(SystemMessageKind.Unwatch, this));
    }

    private void AddWatcher(ActorCell watcher)
    {
        switch (_watchers)
        {
            case null:
                _watchers = watcher;
                break;
            case CellSet some:
                some.Add(watcher);
                break;
            case ActorCell one when one != watcher:
                var both = new CellSet();
                both.Add(one);
                both.Add(watcher);
                _watchers = both;
                break;
        }
    }

    private void RemoveWatcher(ActorCell watcher)
    {
        if (_watchers is CellSet some)
            some.Remove(watcher);
        else if (_watchers == watcher)
            _watchers = null;
    }

    private void Start()
    {
        try
        {
            CreateInstance();
            State = CellState.Running;
            CallOnStart();
            Started = true;
            Touched = true;
        }
        catch (Exception fault)
        {
            OnFault(fault, message: null);
        }
    }

    private void OnTerminated(ActorCell actor)
    {
        // Not watched any more: taken back, or watched by an instance that was since replaced.
        if (Extras?.Watching?.Remove(actor) == true && State == CellState.Running)
            Signal(new Signal.Terminated(actor));
    }

    private void Signal(Signal signal)
    {
        try
        {
            Touched = true;
            CallOnSignal(signal);
        }
        catch (Exception fault)
        {
            OnFault(fault, message: null);
        }
    }

    private void OnChildEnded(ActorCell child)
    {
        Extras!.Children!.Remove(child);
        Extras.Escalated?.Remove(child);
        if (Extras.Children.Count > 0)
            return;

        if (State == CellState.Stopping)
            End();
        else if (State == CellState.Restarting && Extras.RestartPause is null)
            Start();
    }

    private void BeginStop()
    {
        if (State is CellState.Stopping)
            return;

        // What the last messages collected still goes out.
        if (State == CellState.Running && Touched)
            EndRun();
        if (State is CellState.Stopping or CellState.Ended)
            return;

        State = CellState.Stopping;
        ForgetInstance(keepStash: false);
        if (!StopChildren())
            End();
    }

    /// <summary>False when there are none.</summary>
    private bool StopChildren()
    {
        if (Extras?.Children is not { Count: > 0 } children)
            return false;

        for (var child = children.Youngest; child is not null; child = child.Elder)
            child.TellSystem(new SystemMessage(SystemMessageKind.Stop));
        return true;
    }

    private void End()
    {
        StopInstance();
        State = CellState.Ended;
        ActorCell[] watchers = _watchers switch
        {
            CellSet some => some.ToArray(),
            ActorCell one => [one],
            _ => [],
        };
        _watchers = null;
        Extras = null;

        // The parent first: whoever hears that this actor has ended may use its name again.
        if (Parent is null)
            Kernel.TopEnded(this);
        else
            Parent.TellSystem(new SystemMessage(SystemMessageKind.ChildEnded, this));
        foreach (var watcher in watchers)
            watcher.TellSystem(new SystemMessage(SystemMessageKind.Terminated, this));
    }

    private void StopInstance()
    {
        var started = Started;
        Started = false;
        Touched = false;
        try
        {
            // An instance whose OnStart did not return has nothing that OnStop could rely on.
            if (started)
                CallOnStop();
        }
        catch (Exception fault)
        {
            Kernel.Report(this, fault, Directive.Stop);
        }

        DropInstance();
    }

    private protected void EndRun()
    {
        Touched = false;
        try
        {
            CallOnRunEnd();
        }
        catch (Exception fault)
        {
            OnFault(fault, message: null);
        }
    }
}
