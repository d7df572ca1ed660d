using System.Buffers;
using System.Net.Sockets;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.WebSockets.Direct;

/// <summary>A client on the bare socket: no server, no pipe, no Task. While nothing comes it is one read of no bytes; a buffer is rented while bytes move.</summary>
internal sealed class DirectTransport : WebSocketTransport, IReader, IThreadPoolWorkItem
{
    /// <summary>Reads in a row before others get their turn on the thread.</summary>
    private const int TurnsMax = 16;

    private readonly DirectListener _listener;
    private readonly ReadableSocket _socket;
    private readonly SocketWriter _writer;

    /// <summary>While part of a message is held; between messages it serves others.</summary>
    private IncomingMessages? _incoming;
    private LightFrameBudget _budget;

    internal DirectTransport(DirectListener listener, ReadableSocket socket, DirectEntrance.Admission admission, Admission.Arrival arrival)
        : base(admission.Handshake.Format, admission.Rules.Options, listener.Time)
    {
        _listener = listener;
        _socket = socket;
        _socket.Reader = this;
        _writer = new SocketWriter(this, socket.Socket, Options.UnsentBytesMax, Gate);
        _budget = new LightFrameBudget(Options.ControlFramesPerSecond);
        Window = new ReceiveWindow(Options.ReceiveWindowBytes, Gate);
        Rules = admission.Rules;
        Arrival = arrival;
        Identity = admission.Identity;
    }

    /// <summary>Made when it is asked for: ten thousand addresses as text are a megabyte that nobody reads.</summary>
    public override string Remote => DirectListener.RemoteOf(_socket.Socket);

    /// <summary>Its places, given back at its end.</summary>
    internal DirectEntrance.Rules Rules { get; }

    internal Admission.Arrival Arrival { get; }

    /// <summary>Links of the listener's list.</summary>
    internal DirectTransport? Elder { get; set; }

    /// <summary>Links of the listener's list.</summary>
    internal DirectTransport? Younger { get; set; }

    protected override ReceiveWindow Window { get; }

    public override int Send(ReadOnlySpan<byte> bytes) => _writer.Send(bytes);

    /// <summary>The handshake is answered: opens Core's end and begins to read.</summary>
    internal void Begin()
    {
        Connection = Rules.Engine.Open(this);
        ReadOn();
    }

    void IThreadPoolWorkItem.Execute() => ReadOn();

    void IReader.OnReadable()
    {
        if (TakeWhatIsThere())
            ReadOn();
    }

    /// <summary>Ends the connection from outside: the server stops. Also where the reading waits for Core, which may not go on any more.</summary>
    internal void Abort()
    {
        _socket.Abort();
        Window.End();
    }

    protected override void StopReading() => Abort();

    protected override void SendClose(byte[] frame) => _writer.SendLast(frame);

    private void ReadOn()
    {
        for (var turn = 0; turn < TurnsMax; turn++)
        {
            if (!Window.TryPass(this) || _socket.IsPending() || !TakeWhatIsThere())
                return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes what is there; false: the reading is over.</summary>
    private bool TakeWhatIsThere()
    {
        if (_socket.HasFailed)
        {
            End(EndOfInput.Abandoned);
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytesMax);
        EndOfInput? end;
        try
        {
            var count = _socket.Take(buffer.AsSpan(0, ReadBytesMax));
            end = count switch
            {
                < 0 => EndOfInput.Eof,
                0 => null,
                _ => Take(buffer.AsSpan(0, count)),
            };
        }
        catch (Exception fault)
        {
            // One connection's fault ends that connection: there is no request around it that would take it up.
            _listener.Failed(fault);
            end = EndOfInput.Abandoned;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        if (end is { } how)
            End(how);

        return end is null;
    }

    private EndOfInput? Take(Span<byte> bytes)
    {
        var frames = new List<ClientFrame>();
        var incoming = _incoming ?? IncomingMessages.Rent(Format, Options, Time);
        incoming.Budget = _budget;
        var outcome = incoming.Feed(bytes, frames);
        _budget = incoming.Budget;
        var inflated = incoming.TakeInflatedBytes();
        _incoming = incoming.IsWithinMessage || outcome.Kind != IncomingKind.More ? incoming : null;
        if (_incoming is null)
            IncomingMessages.GiveBack(incoming);

        return HandOver(frames, bytes.Length + inflated, outcome);
    }

    private void End(EndOfInput end) => _ = EndAsync(end);

    private async Task EndAsync(EndOfInput end)
    {
        var isGone = end == EndOfInput.Abandoned;
        try
        {
            _incoming?.Dispose();
            Connection.Closed();
            await ForgetDeadlineAsync();
            if (end == EndOfInput.Broken)
                await LingerAsync();

            if (!isGone)
                await _writer.EndAsync().WaitAsync(Options.CloseWait, Time);
        }
        catch (TimeoutException)
        {
            // What was taken does not get out.
            isGone = true;
        }
        catch (Exception fault)
        {
            _listener.Failed(fault);
        }
        finally
        {
            _listener.Ended(this);
            if (isGone)
                _socket.Abort();

            _socket.Socket.Dispose();
            _socket.Dispose();
        }
    }

    /// <summary>Reads on without looking until the peer has ended or the time is over: a socket that is closed with bytes unread resets the connection,
    /// and the close frame that says what was wrong would be lost with it.</summary>
    private async Task LingerAsync()
    {
        var left = LingerBytesMax;
        var buffer = ArrayPool<byte>.Shared.Rent(4_096);
        using var patience = new CancellationTokenSource(Options.CloseWait, Time);
        try
        {
            while (left > 0)
            {
                var count = await _socket.Socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, patience.Token);
                if (count == 0)
                    return;

                left -= count;
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // That is an end, too.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
