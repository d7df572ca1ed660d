using System.Buffers;
using System.Net.WebSockets;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hammer.Links;

/// <summary>Frames over a WebSocket, a new session with each connection.</summary>
internal sealed class WebSocketLink(Uri server, string channel, string subprotocol, IFrameCodec codec) : IStateLink
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly ArrayBufferWriter<byte> _message = new();
    private ClientWebSocket? _socket;
    private long _lastId;

    public async Task<Seen> ReadAsync(CancellationToken cancellationToken)
        => FrameAnswers.SeenOf(await AskAsync(FrameAnswers.Read(++_lastId, channel), cancellationToken));

    public async Task<Outcome> CompareAndSetAsync(long version, string value, string mutationId, CancellationToken cancellationToken)
        => FrameAnswers.OutcomeOf(await AskAsync(FrameAnswers.CompareAndSet(++_lastId, channel, version, value, mutationId), cancellationToken));

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ServerFrame> AskAsync(ClientFrame question, CancellationToken cancellationToken)
    {
        try
        {
            if (_socket is null)
            {
                _socket = new ClientWebSocket();
                _socket.Options.AddSubProtocol(subprotocol);
                await _socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/v1/ws" }.Uri, cancellationToken);
                await ExchangeAsync(new ClientFrame.Hello { Id = ++_lastId, Client = "hammer/1" }, cancellationToken);
            }

            return await ExchangeAsync(question, cancellationToken);
        }
        catch (Exception broken) when (broken is WebSocketException or OperationCanceledException or IOException or HttpRequestException)
        {
            _socket?.Dispose();
            _socket = null;
            throw new LinkException(broken.Message, broken);
        }
    }

    private async Task<ServerFrame> ExchangeAsync(ClientFrame question, CancellationToken cancellationToken)
    {
        _message.ResetWrittenCount();
        codec.Encode(question, _message);
        await _socket!.SendAsync(_message.WrittenMemory, subprotocol.EndsWith("json", StringComparison.Ordinal) ? WebSocketMessageType.Text : WebSocketMessageType.Binary, true, cancellationToken);
        var frames = new List<ServerFrame>();
        while (true)
        {
            frames.Clear();
            if (!codec.TryDecodeServer(await ReceiveAsync(cancellationToken), frames))
                throw new InvalidOperationException("A message of frames is expected; something else came.");

            if (frames.Find(frame => frame.Id == question.Id) is { } answer)
                return answer;

            if (frames.Find(frame => frame is ServerFrame.Close) is ServerFrame.Close close)
                throw new WebSocketException($"{close.Code} {close.Reason}");
        }
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        _message.ResetWrittenCount();
        while (true)
        {
            var part = await _socket!.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException($"The server closed with {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}.");

            _message.Write(_buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return _message.WrittenSpan.ToArray();
        }
    }
}
