namespace RealTimeActors.Simulation.Model;

/// <summary>What may happen to one subscription, in any order. One that makes no sense at the moment changes nothing.</summary>
internal abstract record ModelAction
{
    private ModelAction() { }

    public sealed record Append(bool IsUrgent, bool IsWanted) : ModelAction;

    public sealed record Retain(int Count) : ModelAction;

    /// <summary>The server says the next thing it has to say.</summary>
    public sealed record Tell : ModelAction;

    /// <summary>The oldest frame on the wire reaches the client.</summary>
    public sealed record FrameArrives : ModelAction;

    public sealed record SendAck : ModelAction;

    /// <summary>The client could not process an offset; <paramref name="Pick"/> chooses among those it has not acked.</summary>
    public sealed record SendNack(int Pick) : ModelAction;

    /// <summary>The client wants to read again, or from further on; <paramref name="Pick"/> chooses where.</summary>
    public sealed record SendSeek(int Pick) : ModelAction;

    /// <summary>The oldest request on the wire reaches the server.</summary>
    public sealed record RequestArrives : ModelAction;

    /// <summary>The connection breaks. What the server had said is lost; what the client had said may still arrive.</summary>
    public sealed record Cut : ModelAction;

    /// <summary>An ack of a former connection arrives after all.</summary>
    public sealed record LateAckArrives : ModelAction;

    /// <summary>The client connects; a connection that still lives is taken over.</summary>
    public sealed record Connect(Kept Kept) : ModelAction;

    /// <summary>The cursor goes to disk.</summary>
    public sealed record JournalCursor : ModelAction;

    public sealed record ServerCrash : ModelAction;

    /// <summary>The server goes down and comes up with a backup that is <paramref name="Lost"/> events old.</summary>
    public sealed record RestoreBackup(int Lost) : ModelAction;
}
