namespace RealTimeActors.Actors.Mailboxes;

/// <summary>System messages in their order, in one word: they are linked to each other. Not safe for threads by itself.</summary>
public struct SystemQueue
{
    // The newest; its Next is the oldest.
    private SystemMessage? _newest;

    /// <summary>Nothing waits.</summary>
    public readonly bool IsEmpty => _newest is null;

    /// <summary>Puts one at the end.</summary>
    public void Add(SystemMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        message.Next = _newest?.Next ?? message;
        if (_newest is not null)
            _newest.Next = message;
        _newest = message;
    }

    /// <summary>Takes all, the oldest first; null when there is none.</summary>
    public SystemMessage? TakeAll()
    {
        if (_newest is null)
            return null;

        var oldest = _newest.Next;
        _newest.Next = null;
        _newest = null;
        return oldest;
    }

    /// <summary>Parts one from those behind it and returns them.</summary>
    public static SystemMessage? Detach(SystemMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var rest = message.Next;
        message.Next = null;
        return rest;
    }
}
