using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.WebSockets;

/// <summary>
/// One client over WebSocket: what comes in goes to Core, all that is there at one go; Core writes directly. How the bytes come and go is for the two that follow:
/// <see cref="PipedTransport"/> behind Kestrel, <see cref="Direct.DirectTransport"/> on the bare socket.
/// </summary>
/// <remarks>While nothing moves it holds no buffer and no timer.</remarks>
internal abstract class WebSocketTransport(WireFormat format, EdgeOptions options, TimeProvider time) : ITransport, IWireOwner
{
    /// <summary>What a closing connection may still send without being looked at.</summary>
    protected const long LingerBytesMax = 1_048_576;

    /// <summary>More than one message: it bounds the sum, and no more.</summary>
    private const int HandedOverMax = 4 * 1_048_576;

    private bool _isClosing;
    private ITimer? _deadline;

    /// <summary>Bytes that came and made no whole message yet.</summary>
    private int _notHandedOver;

    public WireFormat Format { get; } = format;

    public Identity? Identity { get; init; }

    public abstract string Remote { get; }

    /// <summary>The one lock of the connection.</summary>
    protected Lock Gate { get; } = new();

    protected EdgeOptions Options { get; } = options;

    protected TimeProvider Time { get; } = time;

    /// <summary>Read at one go. Little where it may be compressed: a kilobyte may become a megabyte, and all of it is made before the window is asked again.</summary>
    protected int ReadBytesMax { get; } = format.IsCompressed() ? 4_096 : 65_536;

    protected IConnection Connection { get; set; } = null!;

    protected abstract ReceiveWindow Window { get; }

    protected bool IsClosing
    {
        get
        {
            lock (Gate)
                return _isClosing;
        }
    }

    public abstract int Send(ReadOnlySpan<byte> bytes);

    public void Close(int code, string reason)
    {
        if (BeginClosing(CloseFrame.Of(code, reason)))
            Window.End();
    }

    public void Consumed(int bytes) => Window.Consumed(bytes);

    void IWireOwner.OnWritable()
    {
        if (!IsClosing)
            Connection.Writable();
    }

    void IWireOwner.OnFailed() => StopReading();

    /// <summary>Ends the reading, from any thread: what is waited for does not come any more.</summary>
    protected abstract void StopReading();

    /// <summary>Sends the close frame after everything that was taken. Under the gate.</summary>
    protected abstract void SendClose(byte[] frame);

    /// <summary>Hands over what was read, and says whether and how the reading ends.</summary>
    /// <param name="frames">Made of the bytes.</param>
    /// <param name="bytes">How many they were.</param>
    /// <param name="outcome">What else they brought.</param>
    protected EndOfInput? HandOver(List<ClientFrame> frames, int bytes, IncomingOutcome outcome)
    {
        // A message that comes in many reads counts as a whole with its last one: that is what Core holds then.
        _notHandedOver = Math.Min(_notHandedOver + bytes, HandedOverMax);

        // After our own close frame nothing that comes is handed over: Core is done with this connection.
        if (frames.Count > 0 && !IsClosing)
        {
            var all = _notHandedOver;
            _notHandedOver = 0;
            Window.HandedOver(all);
            Connection.Received(frames, all);
        }

        switch (outcome.Kind)
        {
            case IncomingKind.PeerClosed:
                BeginClosing(CloseFrame.Echo(outcome.Status));
                return EndOfInput.Closed;
            case IncomingKind.Broken:
                BeginClosing(CloseFrame.Of(outcome.Status ?? 1002, outcome.Reason));
                return EndOfInput.Broken;
            default:
                return null;
        }
    }

    /// <summary>The peer is not waited for any more.</summary>
    protected ValueTask ForgetDeadlineAsync() => _deadline?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Sends the close frame, once, and sets the time until which the peer's is waited for.</summary>
    private bool BeginClosing(byte[] frame)
    {
        lock (Gate)
        {
            if (_isClosing)
                return false;

            _isClosing = true;
            SendClose(frame);
            _deadline = Time.CreateTimer(static transport => ((WebSocketTransport)transport!).StopReading(), this, Options.CloseWait, Timeout.InfiniteTimeSpan);
            return true;
        }
    }
}
