using RealTimeActors.Actors;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.TestKit.Dispatch;

/// <summary>The plain mailbox of a single thread.</summary>
internal sealed class SeededMailbox(ActorCell cell, SeededDispatcher dispatcher) : Mailbox
{
    private MessageRing _messages;
    private SystemQueue _system;
    private bool _scheduled;
    private bool _suspended;
    private bool _closed;

    internal ActorSystem System => cell.System;

    public override int Count => _messages.Count;

    public override void Post(object message, bool bounded)
    {
        if (_closed)
        {
            cell.Refuse(message, DeadLetterReason.Stopped);
            return;
        }

        object? refused = null;
        if (bounded && _messages.Count >= cell.Options.MailboxCapacity)
        {
            if (cell.Options.Overflow == MailboxOverflow.DropOldest)
            {
                refused = _messages.Take();
                _messages.Add(message);
            }
            else
            {
                refused = message;
            }
        }
        else
        {
            _messages.Add(message);
        }

        if (!_suspended)
            Schedule();
        if (refused is not null)
            cell.Refuse(refused, DeadLetterReason.MailboxFull);
    }

    public override bool PostSystem(SystemMessage message)
    {
        if (_closed)
            return false;

        _system.Add(message);
        SystemWaits = true;
        Schedule();
        return true;
    }

    public override SystemMessage? TakeSystem()
    {
        SystemWaits = false;
        return _system.TakeAll();
    }

    internal void Run(int messagesMax)
    {
        var messages = dispatcher.Room.AsSpan(0, _suspended ? 0 : Math.Min(messagesMax, _messages.Count));
        _messages.Take(messages);
        dispatcher.OnRun?.Invoke(cell, messages.Length);
        var outcome = cell.Run(messages, messagesMax, out var taken);
        if (outcome == RunOutcome.Ended)
        {
            Close(messages[taken..]);
            messages.Clear();
            return;
        }

        _messages.PutBack(messages[taken..]);
        messages.Clear();
        _suspended = outcome == RunOutcome.Suspended;
        _scheduled = false;
        if (outcome == RunOutcome.Unfinished || !_system.IsEmpty || (_messages.Count > 0 && !_suspended))
            Schedule();
    }

    private void Close(ReadOnlySpan<object?> left)
    {
        _closed = true;
        foreach (var message in left)
            cell.Refuse(message!, DeadLetterReason.Stopped);
        while (_messages.Count > 0)
            cell.Refuse(_messages.Take(), DeadLetterReason.Stopped);
        _messages = default;
        var system = _system.TakeAll();
        while (system is not null)
        {
            var next = SystemQueue.Detach(system);
            cell.RefuseSystem(system);
            system = next;
        }
    }

    private void Schedule()
    {
        if (_scheduled)
            return;

        _scheduled = true;
        dispatcher.Schedule(this);
    }
}
