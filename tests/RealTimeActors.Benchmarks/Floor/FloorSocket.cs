using System.Net.Sockets;

namespace RealTimeActors.Benchmarks.Floor;

/// <summary>The limit: one send() on the connection's own socket, past Kestrel.</summary>
internal sealed class FloorSocket(Socket socket) : IFloorOutlet
{
    public int Send(ReadOnlyMemory<byte> bytes)
    {
        var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
        return error switch { SocketError.Success => sent, SocketError.WouldBlock => 0, _ => -1 };
    }

    public void Answer(ReadOnlyMemory<byte> bytes) => socket.Send(bytes.Span);

    public void Close() => socket.Dispose();
}
