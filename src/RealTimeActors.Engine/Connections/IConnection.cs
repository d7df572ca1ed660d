using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Core's end of one transport. Safe to call from the transport's own threads; never blocks.</summary>
public interface IConnection
{
    /// <summary>Frames that came in, in order, already decoded, and how many bytes they had on the wire. The list belongs to the connection from now on.</summary>
    void Received(IReadOnlyList<ClientFrame> frames, int bytes);

    /// <summary>The transport, which had refused bytes, takes some again.</summary>
    void Writable();

    /// <summary>The transport has ended, for whatever reason. Nothing is called after it.</summary>
    void Closed();
}
