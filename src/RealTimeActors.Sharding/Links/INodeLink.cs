namespace RealTimeActors.Sharding.Links;

/// <summary>One connection to another node, as long as it lasts: what is sent arrives once, whole and in order, or the connection ends.</summary>
/// <remarks>What the other node sends, and the end, are told to the <see cref="LinkActor"/> as <see cref="LinkEvent"/>.</remarks>
public interface INodeLink
{
    /// <summary>Sends a batch of frames, as long as it likes to; the bytes are the link's from then on. Returns at once.</summary>
    /// <returns>False: more is waiting than the link holds. The connection is of no use any more, because something is missing in it.</returns>
    bool Send(ReadOnlyMemory<byte> batch);

    /// <summary>The <see cref="LinkActor"/> is done with so many bytes of what it was told: a link that holds too much of what nobody has looked at yet stops taking more from the other node.</summary>
    void Took(int bytes);

    /// <summary>Ends the connection at once; nothing more is told of it.</summary>
    /// <param name="reason">For the other node's log, and ours.</param>
    void Close(string reason);
}
