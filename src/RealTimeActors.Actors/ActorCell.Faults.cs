using RealTimeActors.Actors.Cells;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Actors;

/// <content>Supervision: what happens after a fault.</content>
public abstract partial class ActorCell
{
    private protected void OnFault(Exception fault, object? message, ActorCell? child = null)
    {
        if (message is not null)
            Kernel.Bury(message is MessageTimer timer ? timer.Message : message, this, DeadLetterReason.Failed);
        if (child is not null)
            (Rare.Escalated ??= []).Add(child);

        var directive = Judge(fault);
        Kernel.Report(this, fault, directive);
        Follow(directive, fault);
    }

    private Directive Judge(Exception fault)
    {
        Directive directive;
        try
        {
            directive = Options.Supervision.Decide(fault);
        }
        catch (Exception second)
        {
            // A judge that fails cannot be asked again about its own fault.
            Kernel.Report(this, second, Directive.Stop);
            return Directive.Stop;
        }

        // There is no present state to go on with when the instance never started.
        if (directive == Directive.Resume && !Started)
            directive = Directive.Restart;
        if (directive == Directive.Restart && !MayRestart())
            directive = Directive.Stop;
        if (directive == Directive.Escalate && Parent is null)
            directive = Directive.Stop;
        return directive;
    }

    private bool MayRestart()
    {
        var supervision = Options.Supervision;
        if (Extras?.Restarts is { } restarts)
        {
            while (restarts.TryPeek(out var oldest) && Kernel.Time.GetElapsedTime(oldest) > supervision.Within)
                restarts.Dequeue();
        }

        return (Extras?.Restarts?.Count ?? 0) < supervision.RestartsMax;
    }

    private void Follow(Directive directive, Exception fault)
    {
        switch (directive)
        {
            case Directive.Resume:
                State = CellState.Running;
                ResumeEscalated();
                TellHeld();
                break;
            case Directive.Restart:
                BeginRestart();
                break;
            case Directive.Stop:
                // Its state may be broken: no OnRunEnd.
                Touched = false;
                BeginStop();
                break;
            case Directive.Escalate:
                State = CellState.Escalated;
                Parent!.TellSystem(new SystemMessage(SystemMessageKind.ChildFailed, this, fault));
                break;
            default:
                throw new InvalidOperationException($"Expected a known directive, got {directive}.");
        }
    }

    private void OnChildFailed(ActorCell child, Exception fault)
    {
        switch (State)
        {
            case CellState.Running:
                OnFault(fault, message: null, child);
                break;
            case CellState.Escalated:
                // Waits with the others for the judgement that is on its way.
                (Rare.Escalated ??= []).Add(child);
                break;
            default:
                // Restarting or stopping: every child was told to stop.
                break;
        }
    }

    private void OnResume()
    {
        if (State != CellState.Escalated)
            return;

        if (Started)
            Follow(Directive.Resume, fault: null!);
        else
            BeginRestart();
    }

    private void ResumeEscalated()
    {
        if (Extras?.Escalated is not { } escalated)
            return;

        Extras.Escalated = null;
        foreach (var child in escalated)
            child.TellSystem(new SystemMessage(SystemMessageKind.Resume));
    }

    private void TellHeld()
    {
        if (Extras?.Held is not { } held)
            return;

        Extras.Held = null;
        foreach (var message in held)
            OnSystem(message);
    }

    private void BeginRestart()
    {
        State = CellState.Restarting;
        ForgetInstance(keepStash: true);

        var supervision = Options.Supervision;
        var restarts = Rare.Restarts ??= new Queue<long>();
        restarts.Enqueue(Kernel.Time.GetTimestamp());
        // Doubling more than 30 times is beyond any pause that makes sense, and would overflow.
        var pause = supervision.BackoffMin * (1L << Math.Min(restarts.Count - 1, 30));
        if (pause > supervision.BackoffMax)
            pause = supervision.BackoffMax;
        Rare.RestartPause = new RestartTimer(this);
        Kernel.Clock.Start(Rare.RestartPause, pause);

        StopInstance();
        StopChildren();
    }

    private void OnRestartDue(RestartTimer timer)
    {
        if (State != CellState.Restarting || Extras?.RestartPause != timer)
            return;

        Extras.RestartPause = null;
        if (Extras.Children is not { Count: > 0 })
            Start();
    }

    /// <summary>Ends what belongs to the instance and not to the cell: timers, idle timeout, its own watches.</summary>
    private void ForgetInstance(bool keepStash)
    {
        SetIdle(null);
        if (Extras is null)
            return;

        if (Extras.Timers is not null)
        {
            // The order does not matter: each only leaves the wheel.
            foreach (var timer in Extras.Timers.Values)
                Forget(timer);
            Extras.Timers = null;
        }

        if (Extras.RestartPause is not null)
            Kernel.Clock.Cancel(Extras.RestartPause);
        Extras.RestartPause = null;
        Extras.Escalated = null;
        Extras.Held = null;
        if (Extras.Watching is not null)
        {
            foreach (var watched in Extras.Watching.ToArray())
                watched.TellSystem(new SystemMessage(SystemMessageKind.Unwatch, this));
            Extras.Watching = null;
        }

        if (keepStash)
            UnstashInto();
        else
            BuryStash();
    }
}
