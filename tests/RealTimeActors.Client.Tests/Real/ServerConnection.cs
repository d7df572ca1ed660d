using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Real;

/// <summary>The server's end of one connection.</summary>
internal sealed class ServerConnection(WebSocket socket, bool isJson, CancellationToken deadline)
{
    private readonly IFrameCodec _codec = FrameCodecs.For(isJson ? WireFormat.WebSocketJson : WireFormat.WebSocketProtobuf);
    private readonly Channel<(ClientFrame Frame, int Message)> _frames = Channel.CreateUnbounded<(ClientFrame, int)>();

    internal ClientFrame.Hello Hello { get; private set; } = null!;

    /// <summary>WebSocket messages that came.</summary>
    internal int Messages { get; private set; }

    internal async Task GreetAsync(params ServerFrame.Subscribed[] subscriptions)
    {
        Hello = await NextAsync<ClientFrame.Hello>();
        await SendAsync(new ServerFrame.Welcome
        {
            Id = Hello.Id,
            Connection = "c-1",
            Session = new SessionRef("s-1", $"after-{Hello.SessionKey}", Resumed: Hello.SessionKey is not null, null),
            Node = "n1",
            TimeUnixMs = 1,
            HeartbeatMs = 25_000,
            FrameBytesMax = 65_536,
            SubscriptionsMax = 200,
            Reconnect = new ReconnectAdvice(1, 10, 1.5, 1),
            Subscriptions = subscriptions,
        });
    }

    /// <summary>The next frame of this kind; those before it are passed over.</summary>
    internal async Task<TFrame> NextAsync<TFrame>() where TFrame : ClientFrame => (await NextInMessageAsync<TFrame>()).Frame;

    internal async Task<(TFrame Frame, int Message)> NextInMessageAsync<TFrame>() where TFrame : ClientFrame
    {
        while (true)
        {
            var (frame, message) = await _frames.Reader.ReadAsync(deadline);
            if (frame is TFrame wanted)
                return (wanted, message);
        }
    }

    /// <summary>Ends when everything up to this offset was acked, in one ack or in several; none may go beyond it.</summary>
    internal async Task AckedAsync(long offset)
    {
        while (await NextAsync<ClientFrame.Ack>() is var ack && ack.Offset != offset)
            Assert.True(ack.Offset < offset, $"Acks up to {offset} are expected; {ack.Offset} came.");
    }

    /// <summary>All in one message.</summary>
    internal async Task SendAsync(params ServerFrame[] frames)
    {
        var message = new ArrayBufferWriter<byte>();
        foreach (var frame in frames)
            _codec.Encode(frame, message);
        await SendRawAsync(message.WrittenMemory);
    }

    internal Task SendRawAsync(ReadOnlyMemory<byte> message) =>
        socket.SendAsync(message, isJson ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, deadline).AsTask();

    /// <summary>Answers a subscribe and sends these events.</summary>
    internal async Task TakeUpAsync(long offset, params ServerFrame[] frames)
    {
        var asked = await NextAsync<ClientFrame.Subscribe>();
        await SendAsync([new ServerFrame.Subscribed { Id = asked.Id, Channel = asked.Channel, Epoch = "e1", Offset = offset, Head = offset, Recovered = Recovered.None }, .. frames]);
    }

    internal Task CloseAsync(int code) => socket.CloseOutputAsync((WebSocketCloseStatus)code, "closed by the test", deadline);

    internal void Abort() => socket.Abort();

    internal async Task ReadAsync()
    {
        var buffer = new byte[Limits.MessageBytesMax];
        try
        {
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), deadline);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;

                length += part.Count;
                if (!part.EndOfMessage)
                    continue;

                var frames = new List<ClientFrame>();
                Assert.True(_codec.TryDecodeClient(buffer.AsSpan(0, length), Limits.FrameBytesMax, frames));
                length = 0;
                Messages++;
                foreach (var frame in frames)
                {
                    await _frames.Writer.WriteAsync((frame, Messages));
                    if (frame is ClientFrame.Bye)
                        await SendAsync(new ServerFrame.Close(CloseCode.Bye, "bye"));
                }
            }

            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", deadline);
        }
        catch (Exception end) when (end is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The other end is gone: what the test waits for will not come, and it is told so.
        }

        _frames.Writer.TryComplete();
    }
}
