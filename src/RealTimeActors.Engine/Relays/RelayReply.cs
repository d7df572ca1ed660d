namespace RealTimeActors.Engine.Relays;

/// <summary>What the relay that has a connection answers to the one that a request came to: one answer to each question.</summary>
internal abstract record RelayReply(object? Tag)
{
    /// <summary>A part of the answer.</summary>
    /// <param name="Tag">Of the question.</param>
    /// <param name="Head">How it begins; null: that was said, or is not known yet.</param>
    /// <param name="Bytes">Of its body; none: nothing has come for a while.</param>
    /// <param name="State">What follows.</param>
    internal sealed record Part(object? Tag, RelayedHead? Head, ReadOnlyMemory<byte> Bytes, RelayState State) : RelayReply(Tag);

    /// <summary>Nothing of the request was taken.</summary>
    internal sealed record NotTaken(object? Tag, RelayRefusal Why) : RelayReply(Tag);

    /// <summary>Nobody will answer: the link with the node has ended.</summary>
    internal sealed record Lost(object? Tag, bool MayBeTaken) : RelayReply(Tag);

    /// <summary>What the ticket admits to; null: nothing.</summary>
    internal sealed record Ticket(object? Tag, RelayedTicket? Admits) : RelayReply(Tag);
}
