using RealTimeActors.Actors.Cells;

namespace RealTimeActors.Actors;

/// <content>What an actor lets wait: timers, stash, idle timeout.</content>
public abstract partial class ActorCell
{
    private protected void StartTimer(object key, TimeSpan delay, TimeSpan? period, object message)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(message);
        if (period <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(period), $"Expected a period above zero for the timer {key}, got {period}.");
        if (State != CellState.Running)
            return; // From OnStop: the timer would die with the instance in the same breath.

        CancelTimerOf(key);
        var timer = new MessageTimer(this, key, message, period);
        (Rare.Timers ??= []).Add(key, timer);
        Kernel.Clock.Start(timer, delay);
    }

    private protected void CancelTimerOf(object key)
    {
        if (Extras?.Timers?.Remove(key, out var timer) == true)
            Forget(timer);
    }

    /// <summary>The message of a timer that came through the mailbox; null when it was cancelled meanwhile.</summary>
    private protected object? MessageOf(MessageTimer timer)
    {
        if (timer.Cancelled)
            return null;

        if (timer.Period is { } period)
            Kernel.Clock.StartAgain(timer, period);
        else
            Extras?.Timers?.Remove(timer.Key);
        return timer.Message;
    }

    private protected bool StashMessage(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (State != CellState.Running)
        {
            // From OnStop: nobody is left to take it back.
            Kernel.Bury(message, this, DeadLetterReason.Stopped);
            return false;
        }

        if (Rare.Stash.Count >= Options.StashCapacity)
        {
            Kernel.Bury(message, this, DeadLetterReason.StashFull);
            return false;
        }

        Rare.Stash.Add(message);
        return true;
    }

    private protected void UnstashInto()
    {
        if (Extras is null || Extras.Stash.Count == 0)
            return;

        var stashed = new object?[Extras.Stash.Count];
        Extras.Stash.Take(stashed);
        Extras.Stash = default;
        Extras.Unstashed.PutBack(stashed);
        // Stops the walk along the mailbox's messages: these come first.
        Mailbox.SystemWaits = true;
    }

    private protected bool HasUnstashed => Extras is { Unstashed.Count: > 0 };

    private protected object TakeUnstashed()
    {
        var message = Extras!.Unstashed.Take();
        if (Extras.Unstashed.Count == 0)
        {
            Extras.Unstashed = default;
            if (Extras.IsEmpty)
                Extras = null;
        }

        return message;
    }

    private protected void SetIdle(TimeSpan? timeout)
    {
        if (timeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), $"Expected an idle timeout above zero, got {timeout}.");

        if (Idle is { } former)
        {
            Kernel.Clock.Cancel(former);
            Idle = null;
        }

        if (timeout is not { } length || State != CellState.Running)
            return;

        Idle = new IdleTimer(this, length) { LastMessage = Kernel.Time.GetTimestamp() };
        Kernel.Clock.Start(Idle, length);
    }

    /// <summary>Remembers when a message came last; only while an idle timeout is set, and timers do not count.</summary>
    private protected void NoteMessages(ReadOnlySpan<object?> messages)
    {
        if (Idle is not { } idle)
            return;

        foreach (var message in messages)
        {
            if (message is MessageTimer)
                continue;

            idle.LastMessage = Kernel.Time.GetTimestamp();
            return;
        }
    }

    private void OnIdleDue(IdleTimer timer)
    {
        if (State != CellState.Running || Idle != timer)
            return;

        var quiet = Kernel.Time.GetElapsedTime(timer.LastMessage);
        if (quiet < timer.Timeout)
        {
            Kernel.Clock.Start(timer, timer.Timeout - quiet);
            return;
        }

        // Still quiet after another timeout: told again, unless the actor takes it back now.
        Kernel.Clock.Start(timer, timer.Timeout);
        Signal(Actors.Signal.Idle.Instance);
    }

    private void Forget(MessageTimer timer)
    {
        timer.Cancelled = true;
        Kernel.Clock.Cancel(timer);
    }

    private void BuryStash()
    {
        while (Extras!.Unstashed.Count > 0)
            Refuse(Extras.Unstashed.Take(), DeadLetterReason.Stopped);
        while (Extras.Stash.Count > 0)
            Kernel.Bury(Extras.Stash.Take(), this, DeadLetterReason.Stopped);
    }
}
