using System.Net.WebSockets;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>A stranger's client in the Protobuf encoding: frames preceded by their length, made and read by hand.</summary>
internal sealed class ProtoClient : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly ClientWebSocket _socket = new();
    private readonly List<ProtoMessage> _frames = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private ulong _lastId;

    private ProtoClient()
    {
    }

    /// <summary>Opens the socket, says hello with these fields and takes the welcome.</summary>
    internal static async Task<(ProtoClient Client, ProtoMessage Welcome)> ConnectAsync(ServerProcess server, params byte[][] hello)
    {
        var client = new ProtoClient();
        client._socket.Options.AddSubProtocol("realtime.v1.proto");
        using var patience = new CancellationTokenSource(_patience);
        await client._socket.ConnectAsync(server.WebSocketAddress, patience.Token);
        Assert.Equal("realtime.v1.proto", client._socket.SubProtocol);
        var answer = await client.AskAsync(2, hello);
        Assert.True(answer.Has(2), $"A welcome is expected; {answer} came.");
        return (client, answer.Message(2));
    }

    /// <summary>Sends a frame with this body and takes its answer.</summary>
    internal async Task<ProtoMessage> AskAsync(int kind, params byte[][] body)
    {
        var id = ++_lastId;
        await SendAsync(Proto.Number(1, id), Proto.Bytes(kind, body));
        return await TakeAsync(frame => frame.Number(1) == id);
    }

    /// <summary>Sends one frame without an id.</summary>
    internal Task SendAsync(int kind, params byte[][] body) => SendAsync([], Proto.Bytes(kind, body));

    /// <summary>Takes the body of the next frame of this kind.</summary>
    internal async Task<ProtoMessage> TakeAsync(int kind) => (await TakeAsync(frame => frame.Has(kind))).Message(kind);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SendAsync(byte[] id, byte[] body)
    {
        using var patience = new CancellationTokenSource(_patience);
        byte[] message = [.. Proto.Varint((ulong)(id.Length + body.Length)), .. id, .. body];
        await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, patience.Token);
    }

    private async Task<ProtoMessage> TakeAsync(Predicate<ProtoMessage> isWanted)
    {
        using var patience = new CancellationTokenSource(_patience);
        int at;
        while ((at = _frames.FindIndex(isWanted)) < 0)
            await ReceiveAsync(patience.Token);

        var frame = _frames[at];
        _frames.RemoveAt(at);
        return frame;
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        ValueWebSocketReceiveResult read;
        do
        {
            read = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (read.MessageType != WebSocketMessageType.Binary)
                throw new InvalidOperationException($"A binary message is expected; {read.MessageType} came, {_socket.CloseStatus} '{_socket.CloseStatusDescription}'.");

            message.Write(_buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);

        var bytes = message.ToArray();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)Proto.ReadVarint(bytes, ref at);
            _frames.Add(new ProtoMessage(bytes[at..(at + length)]));
            at += length;
        }
    }
}
