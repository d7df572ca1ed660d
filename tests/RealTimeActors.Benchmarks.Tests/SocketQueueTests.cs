using System.Net;
using System.Net.Sockets;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Tests;

public sealed class SocketQueueTests
{
    [Fact]
    public void Sees_that_bytes_are_stuck_before_a_reader_that_does_not_read()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var reader = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        reader.Connect(listener.LocalEndPoint!);
        using var writer = listener.Accept();
        writer.Blocking = false;

        while (writer.Send(new byte[64 * 1024], SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
        }

        Assert.True(SocketQueue.Waiting(Port(writer), Port(reader)) > 0);
        Assert.Equal(0, SocketQueue.Waiting(Port(reader), Port(writer)));
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
