namespace RealTimeActors.Sharding.Links;

/// <summary>What the wire tells a <see cref="LinkActor"/>.</summary>
public abstract record LinkEvent
{
    private LinkEvent() { }

    /// <summary>There is a connection now, dialed or accepted; each side knows who the other is. It takes the place of the one before.</summary>
    public sealed record Connected(INodeLink Link) : LinkEvent;

    /// <summary>A batch of frames has come. The bytes are not changed any more. An empty batch says that something is coming, and has not ended yet.</summary>
    public sealed record Received(INodeLink Link, ReadOnlyMemory<byte> Batch) : LinkEvent;

    /// <summary>The connection has ended.</summary>
    /// <param name="Link">Which.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Disconnected(INodeLink Link, string Reason) : LinkEvent;

    /// <summary>No connection came about.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="IsRefused">Whether the other side's system refused it: nobody listens there, so its process is gone.</param>
    public sealed record NotConnected(string Reason, bool IsRefused) : LinkEvent;
}
