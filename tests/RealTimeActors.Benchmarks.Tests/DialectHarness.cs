using System.Net.Sockets;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Tests;

/// <summary>Connections that are connected to nothing, and the payloads that a dialect writes for them.</summary>
internal sealed class DialectHarness : IDisposable
{
    private readonly List<Socket> _sockets = [];

    internal DialectHarness()
    {
        Channel = new LoadChannel("bench.a", subscribers: 1);
        Subscriber = Connect(subscribes: true);
        Publisher = Connect(subscribes: false);
        Channel.Publisher = new LoadPublisher(Publisher, Channel, inFlight: 8, payloadBytes: 32, new LatencyHistogram());
    }

    internal LoadChannel Channel { get; }

    internal LoadConnection Subscriber { get; }

    internal LoadConnection Publisher { get; }

    internal LoadConnection Connect(bool subscribes, LoadConnection? former = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return new LoadConnection(_sockets.Count - 1, socket, Channel) { Subscribes = subscribes, Former = former, Offset = former?.Offset ?? 0 };
    }

    /// <summary>The payload of a message, without the WebSocket header of 6 or 8 bytes.</summary>
    internal static byte[] Written(Action<ByteWriter> write)
    {
        var writer = new ByteWriter();
        writer.BeginMessage();
        write(writer);
        writer.EndMessage(opcode: 2);
        var bytes = writer.Written;
        return bytes[((bytes[1] & 0x7F) == 126 ? 8 : 6)..].ToArray();
    }

    /// <summary>Gives a dialect bytes in two parts, as a network may, and what it left of the first again before the second.</summary>
    internal static void Walk<TDialect>(TDialect dialect, LoadConnection connection, byte[] payload, int cutAt)
        where TDialect : struct, IDialect
    {
        var taken = dialect.Walk(connection, payload.AsSpan(0, cutAt), messageEnds: cutAt == payload.Length);
        taken += dialect.Walk(connection, payload.AsSpan(taken), messageEnds: true);
        Assert.Null(connection.Fault);
        Assert.Equal(payload.Length, taken);
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
