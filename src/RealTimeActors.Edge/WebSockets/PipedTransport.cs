using System.IO.Pipelines;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>A client behind Kestrel: its pipe in, and out the socket behind it, or, where there is none to write to, the stream.</summary>
internal sealed class PipedTransport : WebSocketTransport
{
    private readonly UpgradedConnection _wire;
    private readonly WireWriter _writer;
    private volatile bool _isOpen;
    private bool _refusedBeforeOpen;
    private Task _early = Task.CompletedTask;

    internal PipedTransport(UpgradedConnection wire, WireFormat format, EdgeOptions options, TimeProvider time)
        : base(format, options, time)
    {
        _wire = wire;
        _writer = wire.Socket is { } socket ? new SocketWriter(this, socket, options.UnsentBytesMax, Gate) : new BufferedWriter(this, wire.Stream);
        Window = new ReceiveWindow(options.ReceiveWindowBytes, Gate);
    }

    public override string Remote => _wire.Remote;

    protected override ReceiveWindow Window { get; }

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        if (_isOpen)
            return _writer.Send(bytes);

        lock (Gate)
        {
            if (_isOpen)
                return _writer.Send(bytes);

            _refusedBeforeOpen = true;
            return 0;
        }
    }

    /// <summary>Runs the connection to its end. Returns when nothing of it is under way any more.</summary>
    /// <param name="open">Opens Core's end.</param>
    internal async Task RunAsync(Func<ITransport, IConnection> open)
    {
        Connection = open(this);
        using var incoming = new IncomingMessages(Format, Options, Time);
        var end = await ReadAsync(incoming);
        Connection.Closed();

        if (end == EndOfInput.Broken)
            await LingerAsync();

        await ForgetDeadlineAsync();
        await FinishAsync(isGone: end == EndOfInput.Abandoned);
    }

    protected override void StopReading() => _wire.Input.CancelPendingRead();

    protected override void SendClose(byte[] frame)
    {
        if (_isOpen)
            _writer.SendLast(frame);
        else
            _early = WriteEarlyAsync(frame);
    }

    private async Task<EndOfInput> ReadAsync(IncomingMessages incoming)
    {
        while (true)
        {
            await Window.WaitAsync();

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

            if (HandOver(frames, count + incoming.TakeInflatedBytes(), outcome) is { } end)
                return end;
        }
    }

    /// <summary>
    /// The first bytes of the client came, so it has seen the answer to its handshake, and nothing of the server's own is on its way to the socket any more:
    /// from now on the socket is ours to write to.
    /// </summary>
    private void Open()
    {
        bool tell;
        lock (Gate)
        {
            _isOpen = true;
            tell = _refusedBeforeOpen;
        }

        if (tell)
            Connection.Writable();
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
        var left = LingerBytesMax;
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
                await ending.WaitAsync(Options.CloseWait, Time);
            }
            catch (TimeoutException)
            {
                _wire.Abort();
            }
        }

        await ending;
    }
}
