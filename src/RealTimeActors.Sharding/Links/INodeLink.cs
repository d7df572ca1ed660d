namespace RealTimeActors.Sharding.Links;

/// <summary>One connection to another node, as long as it lasts: what is sent arrives once, whole and in order, or the connection ends.</summary>
/// <remarks>What the other node sends, and the end, are told to the <see cref="LinkActor"/> as <see cref="LinkEvent"/>.</remarks>
public interface INodeLink
{
    /// <summary>Sends a batch of frames, as long as it likes to; the bytes are the link's from then on. Returns at once.</summary>
    /// <returns>False: more is waiting than the link holds. The connection is of no use any more, because something is missing in it.</returns>
    bool Send(ReadOnlyMemory<byte> batch);

    /// <summary>Ends the connection at once; nothing more is told of it.</summary>
    /// <param name="reason">For the other node's log, and ours.</param>
    void Close(string reason);
}
