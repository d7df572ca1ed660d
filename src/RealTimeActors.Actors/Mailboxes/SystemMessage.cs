namespace RealTimeActors.Actors.Mailboxes;

/// <summary>What the kernel tells a cell: start, stop, watch, a child's fault … Opaque to dispatchers.</summary>
public sealed class SystemMessage
{
    internal SystemMessage(SystemMessageKind kind, object? subject = null, Exception? fault = null)
    {
        Kind = kind;
        Subject = subject;
        Fault = fault;
    }

    internal SystemMessageKind Kind { get; }

    internal object? Subject { get; }

    internal Exception? Fault { get; }

    /// <summary>The one behind this one in the queue.</summary>
    internal SystemMessage? Next { get; set; }
}
