using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network;

/// <summary>The client's end of a simulated connection: what it is told.</summary>
public interface ISimulatedPeer
{
    /// <summary>The connection is open.</summary>
    void Opened(SimulatedLink link);

    /// <summary>A whole frame was read.</summary>
    void Received(SimulatedLink link, ServerFrame frame);

    /// <summary>The connection has ended, or did not come about. Nothing comes after it.</summary>
    /// <param name="link">Which one.</param>
    /// <param name="closeCode">The code of the server's close frame; null where there was none.</param>
    void Ended(SimulatedLink link, int? closeCode);
}
