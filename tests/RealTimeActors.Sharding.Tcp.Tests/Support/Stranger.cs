using System.Buffers.Binary;
using System.Net.Sockets;

namespace RealTimeActors.Sharding.Tcp.Tests.Support;

/// <summary>Somebody with a socket and no manners.</summary>
internal sealed class Stranger : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client = new();

    internal Stranger(int port) => _client.Connect("127.0.0.1", port);

    internal void Says(params byte[] bytes) => _client.GetStream().Write(bytes);

    /// <summary>A message of a handshake, with its head.</summary>
    internal static byte[] Message(byte version, byte kind, params byte[] body)
    {
        var message = new byte[10 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, 6 + body.Length);
        "RTNL"u8.CopyTo(message.AsSpan(4));
        (message[8], message[9]) = (version, kind);
        body.CopyTo(message, 10);
        return message;
    }

    /// <summary>The kind and the body of the next message.</summary>
    internal async Task<(byte Kind, byte[] Body)> HearsAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        var head = new byte[10];
        await _client.GetStream().ReadExactlyAsync(head, patience.Token);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - 6];
        await _client.GetStream().ReadExactlyAsync(body, patience.Token);
        return (head[9], body);
    }

    /// <summary>Waits until the connection is ended by the other side.</summary>
    internal async Task IsPutOutAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            var buffer = new byte[4_096];
            while (await _client.GetStream().ReadAsync(buffer, patience.Token) > 0)
                continue;
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }

    public void Dispose() => _client.Dispose();
}
