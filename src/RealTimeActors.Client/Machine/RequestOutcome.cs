using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

/// <summary>How a publish, a read, a refresh or a word of presence ended. Every one of them ends in exactly one of these.</summary>
public abstract record RequestOutcome
{
    private RequestOutcome() { }

    /// <summary>The channel's answer to a publish.</summary>
    public sealed record Published(ServerFrame.Receipt Receipt) : RequestOutcome;

    /// <summary>A publish with <see cref="Confirm.None"/> was handed to a transport. Nothing more will be known of it.</summary>
    public sealed record Sent : RequestOutcome;

    /// <summary>The answer to a read.</summary>
    public sealed record Paged(ServerFrame.Page Page) : RequestOutcome;

    /// <summary>A refresh, or what the client says of itself, was accepted.</summary>
    public sealed record Done : RequestOutcome;

    /// <summary>The server said no.</summary>
    /// <param name="Code">Why.</param>
    /// <param name="Message">For people.</param>
    /// <param name="MayBeInLog">Whether an earlier sending of the same publish may nevertheless have been appended: its answer was lost.</param>
    public sealed record Refused(ErrorCode Code, string Message, bool MayBeInLog) : RequestOutcome;

    /// <summary>The client did not even send it. It is in no log.</summary>
    public sealed record Rejected(RejectReason Reason, string Message) : RequestOutcome;

    /// <summary>It was sent, and no answer came before the client gave up: it may or may not be in the log.</summary>
    public sealed record Unresolved(string Message) : RequestOutcome;

    /// <summary>Of an edit that is kept: the client was closed before it was answered, and the next one with the same store sends it.</summary>
    public sealed record Postponed(string Message) : RequestOutcome;
}
