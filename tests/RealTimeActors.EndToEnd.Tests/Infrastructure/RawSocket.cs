using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>A TCP connection that says whatever a test wants, also what no WebSocket library would.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient _tcp = new() { NoDelay = true };

    private RawSocket()
    {
    }

    private NetworkStream Stream => _tcp.GetStream();

    internal static async Task<RawSocket> ConnectAsync(ServerProcess server)
    {
        var socket = new RawSocket();
        await socket._tcp.ConnectAsync("127.0.0.1", server.Port);
        return socket;
    }

    /// <summary>Connects, shakes hands and says hello; the welcome has been read.</summary>
    internal static async Task<RawSocket> OpenAsync(ServerProcess server)
    {
        var socket = await ConnectAsync(server);
        Assert.StartsWith("HTTP/1.1 101", await socket.ShakeHandsAsync(server), StringComparison.Ordinal);
        await socket.SendFrameAsync(0x81, """{"id":1,"hello":{}}"""u8.ToArray());
        Assert.Contains("welcome", Encoding.UTF8.GetString((await socket.ReadFrameAsync()).Payload), StringComparison.Ordinal);
        return socket;
    }

    /// <summary>Sends an upgrade, with these headers in place of the right ones, and returns the head of the answer.</summary>
    internal async Task<string> ShakeHandsAsync(ServerProcess server, string version = "13", string key = "dGhlIHNhbXBsZSBub25jZQ==", string more = "", string upgrade = "websocket")
    {
        await SendAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nSec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n{more}\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(1))[0]);

        return head.ToString();
    }

    internal async Task SendAsync(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(_patience);
        await Stream.WriteAsync(bytes, patience.Token);
    }

    /// <summary>Sends a frame with this first byte (FIN, reserved bits, opcode), masked as it has to be.</summary>
    internal Task SendFrameAsync(byte first, byte[] payload) => SendAsync(Frame(first, payload));

    /// <summary>A masked frame; payloads of up to 65,535 bytes.</summary>
    internal static byte[] Frame(byte first, byte[] payload)
    {
        byte[] mask = [0x11, 0x22, 0x33, 0x44];
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)] : [0xFE, (byte)(payload.Length >> 8), (byte)payload.Length];
        return [first, .. length, .. mask, .. payload.Select((b, i) => (byte)(b ^ mask[i % 4]))];
    }

    internal async Task<(int Opcode, byte[] Payload)> ReadFrameAsync()
    {
        var head = await ReadAsync(2);
        var length = head[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        return (head[0] & 0x0F, await ReadAsync(length));
    }

    /// <summary>Reads on to the close frame and returns its status.</summary>
    internal async Task<int> CloseStatusAsync()
    {
        while (true)
        {
            var (opcode, payload) = await ReadFrameAsync();
            if (opcode == 8)
                return BinaryPrimitives.ReadUInt16BigEndian(payload);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        using var patience = new CancellationTokenSource(_patience);
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }
}
