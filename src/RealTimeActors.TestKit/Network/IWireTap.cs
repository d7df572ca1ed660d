using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.TestKit.Network;

/// <summary>Sees what passes at the server's side of every connection, at the moment in which it passes. For checkers.</summary>
public interface IWireTap
{
    /// <summary>The server has handed a whole frame to the transport. Whether it arrives is another matter.</summary>
    void Sent(SimulatedLink link, ServerFrame frame);

    /// <summary>The server has handed a piece of a long frame to the transport; the frame itself follows its last piece, unless that takes it back.</summary>
    void SentPiece(SimulatedLink link, ServerFrame.Piece piece);

    /// <summary>A frame of the client has reached the server.</summary>
    void Arrived(SimulatedLink link, ClientFrame frame);

    /// <summary>A frame was written as the answer to the request over plain HTTP that asked for it. It was <see cref="Sent"/> before, when the server handed it over.</summary>
    void Answered(SimulatedLink link, ServerFrame frame);
}
