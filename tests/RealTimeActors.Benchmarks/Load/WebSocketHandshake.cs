using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>Opens a TCP connection to the loopback interface and upgrades it. Blocking: it is not part of what is measured.</summary>
internal static class WebSocketHandshake
{
    /// <summary>The socket, and what the server already sent behind its answer.</summary>
    internal static (Socket Socket, byte[] Ahead) Open(int port, string path, string? subprotocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(IPAddress.Loopback, port);
        var offer = subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        socket.Send(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n"));

        var answer = new byte[16 * 1024];
        var length = 0;
        int end;
        do
        {
            var read = socket.Receive(answer.AsSpan(length));
            if (read == 0) throw new InvalidOperationException($"the server closed the connection instead of upgrading {path}");
            length += read;
            end = answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }
        while (end < 0);

        var head = Encoding.ASCII.GetString(answer, 0, end);
        if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            throw new InvalidOperationException($"expected 101 for {path}, got: {head}");

        socket.Blocking = false;
        return (socket, answer[(end + 4)..length]);
    }
}
