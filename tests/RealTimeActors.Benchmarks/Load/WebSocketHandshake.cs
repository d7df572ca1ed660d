using System.Net;
using System.Net.Sockets;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>Opens TCP connections to the loopback interface and asks for their upgrade. That a server agrees is seen by the loop.</summary>
internal static class WebSocketHandshake
{
    // Linux's numbers: .NET knows the option by no name.
    private const int TcpLevel = 6;
    private const int MaximumSegment = 2;

    /// <summary>A connected socket that does not block.</summary>
    internal static (Socket Socket, TlsSession? Tls) Connect(int port, TlsContext? tls, SocketBuffers? buffers)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (buffers is not null)
        {
            socket.SetRawSocketOption(TcpLevel, MaximumSegment, BitConverter.GetBytes(buffers.SegmentBytes));
            socket.ReceiveBufferSize = buffers.ReceiveBytes;
        }

        socket.Connect(IPAddress.Loopback, port);
        var session = tls?.Connect((int)socket.Handle);
        socket.Blocking = false;
        return (socket, session);
    }

    internal static void Ask(ByteWriter to, int port, string path, string? subprotocol)
    {
        to.Text($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        if (subprotocol is not null) to.Text($"Sec-WebSocket-Protocol: {subprotocol}\r\n");
        to.Text("\r\n");
    }
}
