using System.IO.Pipelines;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>
/// One client over WebSocket: a read loop that hands Core everything there is at one go, and a writer that Core writes to directly.
/// </summary>
/// <remarks>While nothing moves it holds no buffer, no timer and no Task but the read loop's.</remarks>
internal sealed class WebSocketTransport : ITransport
{
    private const int ReadBytesMax = 65_536;

    private readonly Lock _gate = new();
    private readonly UpgradedConnection _wire;
    private readonly WireWriter _writer;
    private readonly EdgeOptions _options;
    private readonly ReceiveWindow _window;
    private readonly TimeProvider _time;
    private IConnection? _connection;
    private volatile bool _isOpen;
    private bool _refusedBeforeOpen;
    private bool _isClosing;
    private Task _early = Task.CompletedTask;
    private ITimer? _deadline;

    internal WebSocketTransport(UpgradedConnection wire, WireFormat format, EdgeOptions options, TimeProvider time)
    {
        _wire = wire;
        _writer = wire.Socket is { } socket
            ? new SocketWriter(socket) { Writable = OnWritable, Failed = wire.Input.CancelPendingRead }
            : new BufferedWriter(wire.Stream) { Writable = OnWritable, Failed = wire.Input.CancelPendingRead };
        _options = options;
        _window = new ReceiveWindow(options.ReceiveWindowBytes);
        _time = time;
        Format = format;
    }

    public WireFormat Format { get; }

    public Identity? Identity { get; init; }

    public string Remote => _wire.Remote;

    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (_isOpen)
            return _writer.Send(bytes);

        lock (_gate)
        {
            if (_isOpen)
                return _writer.Send(bytes);

            _refusedBeforeOpen = true;
            return 0;
        }
    }

    public void Close(int code, string reason)
    {
        if (BeginClosing(CloseFrame.Of(code, reason)))
            _window.End();
    }

    public void Consumed(int bytes) => _window.Consumed(bytes);

    /// <summary>Runs the connection to its end. Returns when nothing of it is under way any more.</summary>
    /// <param name="open">Opens Core's end.</param>
    internal async Task RunAsync(Func<ITransport, IConnection> open)
    {
        _connection = open(this);
        using var incoming = new IncomingMessages(Format, _options, _time);
        var end = await ReadAsync(incoming);
        _connection.Closed();

        if (end == EndOfInput.Broken)
            await LingerAsync();

        if (_deadline is not null)
            await _deadline.DisposeAsync();

        await FinishAsync(isGone: end == EndOfInput.Abandoned);
    }

    private async Task<EndOfInput> ReadAsync(IncomingMessages incoming)
    {
        while (true)
        {
            await _window.WaitAsync();

            ReadResult read;
            try
            {
                read = await _wire.Input.ReadAsync();
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
            {
                return EndOfInput.Abandoned;
            }

            if (read.IsCanceled)
                return EndOfInput.Abandoned;

            if (read.Buffer.IsEmpty && read.IsCompleted)
                return EndOfInput.Eof;

            var bytes = read.Buffer.Length > ReadBytesMax ? read.Buffer.Slice(0, ReadBytesMax) : read.Buffer;
            var frames = new List<ClientFrame>();
            var outcome = incoming.Feed(bytes, frames);
            var count = (int)bytes.Length;
            _wire.Input.AdvanceTo(bytes.End);

            if (!_isOpen)
                Open();

            HandOver(frames, count);

            switch (outcome.Kind)
            {
                case IncomingKind.PeerClosed:
                    BeginClosing(CloseFrame.Echo(outcome.Status));
                    return EndOfInput.Closed;
                case IncomingKind.Broken:
                    BeginClosing(CloseFrame.Of(outcome.Status ?? 1002, outcome.Reason));
                    return EndOfInput.Broken;
            }
        }
    }

    /// <summary>After our own close frame nothing that comes is handed over: Core is done with this connection.</summary>
    private void HandOver(List<ClientFrame> frames, int bytes)
    {
        if (frames.Count == 0 || IsClosing())
            return;

        _window.HandedOver(bytes);
        _connection!.Received(frames, bytes);
    }

    /// <summary>
    /// The first bytes of the client came, so it has seen the answer to its handshake, and nothing of the server's own is on its way to the socket any more:
    /// from now on the socket is ours to write to.
    /// </summary>
    private void Open()
    {
        bool tell;
        lock (_gate)
        {
            _isOpen = true;
            tell = _refusedBeforeOpen;
        }

        if (tell)
            _connection!.Writable();
    }

    private bool IsClosing()
    {
        lock (_gate)
            return _isClosing;
    }

    /// <summary>Sends the close frame, once, and sets the time until which the peer's is waited for.</summary>
    private bool BeginClosing(byte[] frame)
    {
        lock (_gate)
        {
            if (_isClosing)
                return false;

            _isClosing = true;
            if (_isOpen)
                _writer.SendLast(frame);
            else
                _early = WriteEarlyAsync(frame);

            _deadline = _time.CreateTimer(static input => ((PipeReader)input!).CancelPendingRead(), _wire.Input, _options.CloseWait, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Before the first bytes came, the close frame takes the server's own way, behind the answer to the handshake.</summary>
    private async Task WriteEarlyAsync(byte[] frame)
    {
        try
        {
            await _wire.Stream.WriteAsync(frame);
            await _wire.Stream.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The reader learns of it.
        }
    }

    /// <summary>Reads on without looking until the peer has ended or the time is over: a socket that is closed with bytes unread resets the connection,
    /// and the close frame that says what was wrong would be lost with it.</summary>
    private async Task LingerAsync()
    {
        var left = (long)ReadBytesMax * 16;
        try
        {
            while (left > 0)
            {
                var read = await _wire.Input.ReadAsync();
                left -= read.Buffer.Length;
                _wire.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCanceled || read.IsCompleted)
                    return;
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // That is an end, too.
        }
    }

    /// <summary>Lets what was taken get out, but not for ever.</summary>
    private async Task FinishAsync(bool isGone)
    {
        var ending = Task.WhenAll(_early, _writer.EndAsync());
        if (isGone)
        {
            _wire.Abort();
        }
        else if (!ending.IsCompleted)
        {
            try
            {
                await ending.WaitAsync(_options.CloseWait, _time);
            }
            catch (TimeoutException)
            {
                _wire.Abort();
            }
        }

        await ending;
    }

    private void OnWritable()
    {
        if (!IsClosing())
            _connection!.Writable();
    }
}
