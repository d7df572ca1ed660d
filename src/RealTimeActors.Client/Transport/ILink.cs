using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Transport;

/// <summary>
/// One transport as the loop sees it: frames out. What comes in, that it has opened and that it has ended, it tells the loop by inputs with its number.
/// </summary>
internal interface ILink
{
    /// <summary>The machine's number for it.</summary>
    int Connection { get; }

    /// <summary>Adds a frame to what leaves with the next <see cref="Flush"/>.</summary>
    void Enqueue(ClientFrame frame);

    /// <summary>Sends what waits, unless that is being done.</summary>
    void Flush();

    /// <summary>Sends what waits and closes. The loop does not care what comes of it.</summary>
    void Close(string reason);
}
