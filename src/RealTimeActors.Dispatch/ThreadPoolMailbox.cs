using RealTimeActors.Actors;
using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Dispatch;

/// <summary>
/// A lock, a ring of messages, and a place in the pool's queue while there is something to do. An idle one holds no array.
/// </summary>
internal sealed class ThreadPoolMailbox(ActorCell cell, ThreadPoolDispatcher dispatcher) : Mailbox, IThreadPoolWorkItem
{
    private MessageRing _messages;
    private SystemQueue _system;
    private bool _scheduled;
    private bool _suspended;
    private bool _closed;

    public override void Post(object message, bool bounded)
    {
        object? refused = null;
        var schedule = false;
        var closed = false;
        lock (this)
        {
            if (_closed)
            {
                closed = true;
                refused = message;
            }
            else if (bounded && _messages.Count >= cell.Options.MailboxCapacity)
            {
                refused = Overflow(message);
            }
            else
            {
                if (!_messages.HasSlots)
                    _messages.Use(SlotCache.Rent());
                _messages.Add(message);
            }

            if (!_scheduled && !_suspended && !closed)
                schedule = _scheduled = true;
        }

        if (schedule)
            Schedule();
        if (refused is not null)
            cell.Refuse(refused, closed ? DeadLetterReason.Stopped : DeadLetterReason.MailboxFull);
    }

    public override bool PostSystem(SystemMessage message)
    {
        var schedule = false;
        lock (this)
        {
            if (_closed)
                return false;

            _system.Add(message);
            SystemWaits = true;
            if (!_scheduled)
                schedule = _scheduled = true;
        }

        if (schedule)
            Schedule();
        return true;
    }

    public override SystemMessage? TakeSystem()
    {
        lock (this)
        {
            SystemWaits = false;
            return _system.TakeAll();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var batch = SlotCache.Batch(dispatcher.MessagesPerRunMax);
        var count = 0;
        lock (this)
        {
            if (!_suspended)
                count = _messages.Take(batch);
        }

        var messages = batch.AsSpan(0, count);
        var outcome = cell.Run(messages, dispatcher.MessagesPerRunMax, out var taken);
        if (outcome == RunOutcome.Ended)
            Close(messages[taken..]);
        else if (GoesOn(outcome, messages[taken..]))
            Schedule();
        messages.Clear();
    }

    private bool GoesOn(RunOutcome outcome, ReadOnlySpan<object?> left)
    {
        lock (this)
        {
            if (left.Length > 0)
                _messages.PutBack(left);
            _suspended = outcome == RunOutcome.Suspended;
            _scheduled = outcome == RunOutcome.Unfinished || !_system.IsEmpty || (_messages.Count > 0 && !_suspended);
            if (!_scheduled && _messages.Count == 0 && _messages.HasSlots)
                SlotCache.Return(_messages.ReleaseSlots()!);
            return _scheduled;
        }
    }

    private void Close(ReadOnlySpan<object?> left)
    {
        SystemMessage? system;
        MessageRing messages;
        lock (this)
        {
            _closed = true;
            system = _system.TakeAll();
            messages = _messages;
            _messages = default;
        }

        foreach (var message in left)
            cell.Refuse(message!, DeadLetterReason.Stopped);
        while (messages.Count > 0)
            cell.Refuse(messages.Take(), DeadLetterReason.Stopped);
        while (system is not null)
        {
            // Refusing may queue it elsewhere, which changes what it is linked to.
            var next = SystemQueue.Detach(system);
            cell.RefuseSystem(system);
            system = next;
        }
    }

    /// <summary>What is left out.</summary>
    private object Overflow(object message)
    {
        if (cell.Options.Overflow == MailboxOverflow.RejectNewest)
            return message;

        var oldest = _messages.Take();
        _messages.Add(message);
        return oldest;
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
