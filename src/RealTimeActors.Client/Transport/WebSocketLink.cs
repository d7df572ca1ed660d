using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Transport;

/// <summary>One WebSocket: frames in and out. Frames that wait leave together in one message; while one is sent, the next gathers.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its own run, which disposes of the socket.")]
internal sealed partial class WebSocketLink : ILink
{
    private readonly ClientLoop _loop;
    private readonly IFrameCodec _codec;
    private readonly PieceJoin _pieces;
    private readonly WebSocketMessageType _messageType;
    private readonly string _subprotocol;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Queue<ArrayBufferWriter<byte>> _full = new();
    private ArrayBufferWriter<byte> _filling = new(MessageBytesAtFirst);
    private ArrayBufferWriter<byte>? _spare;
    private bool _isOpen;
    private bool _isSending;
    private string? _closeReason;

    private WebSocketLink(int connection, WireFormat format, ClientLoop loop)
    {
        Connection = connection;
        _loop = loop;
        _codec = FrameCodecs.For(format);
        _pieces = new PieceJoin(_codec);
        (_subprotocol, _messageType) = format == WireFormat.WebSocketJson
            ? ("realtime.v1.json", WebSocketMessageType.Text)
            : ("realtime.v1.proto", WebSocketMessageType.Binary);
        _socket.Options.AddSubProtocol(_subprotocol);

        // The contract has its own signs of life.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
    }

    public int Connection { get; }

    /// <summary>Begins to open; the loop is told what comes of it.</summary>
    internal static WebSocketLink Open(int connection, string endpoint, WireFormat format, ClientLoop loop)
    {
        var link = new WebSocketLink(connection, format, loop);
        _ = Task.Run(() => link.RunAsync(endpoint));
        return link;
    }

    public void Enqueue(ClientFrame frame)
    {
        lock (_gate)
        {
            _codec.Encode(frame, _filling);
            if (_filling.WrittenCount >= MessageBytesFull)
            {
                _full.Enqueue(_filling);
                _filling = _spare ?? new ArrayBufferWriter<byte>(MessageBytesAtFirst);
                _spare = null;
            }
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            if (_isSending || !HasWaiting)
                return;

            _isSending = true;
        }

        _ = SendAllAsync();
    }

    public void Close(string reason)
    {
        lock (_gate)
        {
            _closeReason = reason;
            if (!_isOpen)
            {
                _stop.Cancel();
                return;
            }

            _stop.CancelAfter(_closeWithin);
            if (_isSending)
                return;

            _isSending = true;
        }

        _ = SendAllAsync();
    }

    private bool HasWaiting => _full.Count > 0 || _filling.WrittenCount > 0;

    private async Task SendAllAsync()
    {
        try
        {
            while (TakeMessage() is { } message)
            {
                await _socket.SendAsync(message.WrittenMemory, _messageType, endOfMessage: true, _stop.Token);
                GiveBack(message);
            }
        }
        catch (Exception)
        {
            // The reader sees the same end and tells the loop; it must not be left waiting for a peer that can no longer be written to.
            _socket.Abort();
        }
    }

    private ArrayBufferWriter<byte>? TakeMessage()
    {
        string? closeReason;
        lock (_gate)
        {
            if (_full.TryDequeue(out var message))
                return message;

            if (_filling.WrittenCount > 0)
            {
                message = _filling;
                _filling = _spare ?? new ArrayBufferWriter<byte>(MessageBytesAtFirst);
                _spare = null;
                return message;
            }

            // Kept as sending once it closes: nothing is sent after the close frame.
            closeReason = _closeReason;
            _isSending = closeReason is not null;
        }

        if (closeReason is not null)
            _ = CloseOutputAsync(WebSocketCloseStatus.NormalClosure, closeReason);
        return null;
    }

    private void GiveBack(ArrayBufferWriter<byte> message)
    {
        // One large burst should not be paid for ever.
        if (message.Capacity > 4 * MessageBytesFull)
            return;

        message.ResetWrittenCount();
        lock (_gate)
            _spare ??= message;
    }

    private async Task CloseOutputAsync(WebSocketCloseStatus status, string reason)
    {
        try
        {
            await _socket.CloseOutputAsync(status, Shortened(reason), _stop.Token);
        }
        catch (Exception)
        {
            _socket.Abort();
        }
    }

    /// <summary>RFC 6455, 5.5: a control frame has at most 125 bytes, two of which are the code.</summary>
    private static string Shortened(string reason)
    {
        var bytes = Encoding.UTF8.GetBytes(reason);
        if (bytes.Length <= 123)
            return reason;

        var length = 123;
        while (length > 0 && (bytes[length] & 0xC0) == 0x80)
            length--;
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static readonly TimeSpan _closeWithin = TimeSpan.FromSeconds(1);
    private const int MessageBytesAtFirst = 4 * 1024;
    private const int MessageBytesFull = 64 * 1024;
}
