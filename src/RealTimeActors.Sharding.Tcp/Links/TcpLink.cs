using System.Net.Sockets;
using System.Text;
using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Tcp.Links;

/// <summary>One connection with another node, after its handshake. How it begins and ends is here; frames that leave are in <c>Writing</c>, frames that come in <c>Reading</c>.</summary>
internal sealed partial class TcpLink : INodeLink, IThreadPoolWorkItem, IDisposable
{
    private const int HeadBytes = 5;
    private const int ReasonMax = 512;

    /// <summary>How long a connection that this side ends may take to say so.</summary>
    private static readonly TimeSpan _partingWithin = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly TcpNodeOptions _options;
    private readonly TcpFigures _figures;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly IActorRef<LinkEvent> _taker;
    private readonly Action<TcpLink, string> _ended;
    private readonly long _openedAt;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _parting;
    private bool _isOpen;
    private bool _isEnded;
    private bool _isClosed;

    /// <param name="options">Limits and times.</param>
    /// <param name="figures">Where it is counted.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="stream">The same, encrypted or not.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="taker">Who is told.</param>
    /// <param name="ended">Called once, with the reason.</param>
    internal TcpLink(TcpNodeOptions options, TcpFigures figures, Socket socket, Stream stream, string peer, IActorRef<LinkEvent> taker, Action<TcpLink, string> ended)
    {
        (_options, _figures, _socket, _stream, Peer, _taker, _ended) = (options, figures, socket, stream, peer, taker, ended);
        _openedAt = _heardAt = _writtenAt = options.Time.GetTimestamp();
    }

    internal string Peer { get; }

    /// <summary>Whether this node made it.</summary>
    internal bool IsDialed { get; init; }

    internal bool IsEnded => _isEnded;

    /// <summary>Ends when the socket is let go of.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>Frames come and go from now on. What was given to be sent before waits until then.</summary>
    internal void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            _heardAt = _options.Time.GetTimestamp();
            _isWriting = _waiting.Count > 0;
            if (_isWriting)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        _ = ReadAsync();
    }

    /// <inheritdoc/>
    public void Close(string reason) => Part(reason, tells: false);

    /// <summary>Called now and then: whether anything came, and whether anything is to be said.</summary>
    internal void Pulse()
    {
        var now = _options.Time.GetTimestamp();
        if (!_isOpen || _isEnded)
            return;

        // Who takes a connection says hello on it at once: nobody did, so the link's actor has stopped meanwhile.
        if (!_isTaken && _options.Time.GetElapsedTime(_openedAt, now) > _options.Silence)
            Part("nobody took the connection", tells: false);
        else if (!_isFull && _options.Time.GetElapsedTime(Volatile.Read(ref _heardAt), now) > _options.Silence)
            Part($"nothing came for {_options.Silence.TotalMilliseconds} ms", tells: true);
        else if (_options.Time.GetElapsedTime(Volatile.Read(ref _writtenAt), now) >= _options.Silence / 4)
            Beat();
    }

    /// <summary>Time stood still for this process: what came meanwhile has not been looked at yet.</summary>
    internal void Forgive() => Volatile.Write(ref _heardAt, _options.Time.GetTimestamp());

    /// <summary>Ends in good order, as far as that takes no time: the other node is told why.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="tells">Whether the link's actor is told; it is not, if it said so itself.</param>
    internal void Part(string reason, bool tells)
    {
        lock (_gate)
        {
            if (!TryEnd())
                return;

            if (_isOpen)
                SayBye(reason);
        }

        if (!_isOpen)
            Dispose();

        Say(reason, tells);
    }

    /// <summary>The connection is gone.</summary>
    private void Lose(string reason)
    {
        lock (_gate)
        {
            if (!TryEnd())
                return;
        }

        Dispose();
        Say(reason, tells: true);
    }

    private void SayBye(string reason)
    {
        _waiting.Add(new Outgoing(FrameKind.Bye, BytesOf(reason)));
        _isParting = true;
        _parting = _options.Time.CreateTimer(static self => ((TcpLink)self!).Dispose(), this, _partingWithin, Timeout.InfiniteTimeSpan);
        if (_isWriting)
            return;

        _isWriting = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryEnd()
    {
        if (_isEnded)
            return false;

        _isEnded = true;
        _waiting.Clear();
        _unsent = 0;
        return true;
    }

    private void Say(string reason, bool tells)
    {
        _ended(this, reason);
        if (tells)
            _taker.Tell(new LinkEvent.Disconnected(this, reason));
    }

    /// <summary>Lets go of the socket, which ends what waits for it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;

            _isClosed = true;
        }

        _parting?.Dispose();
        _socket.Dispose();
        _stream.Dispose();
        Took(0);
        _closed.TrySetResult();
    }

    private static byte[] BytesOf(string reason) => Encoding.UTF8.GetBytes(reason.Length <= ReasonMax / 4 ? reason : reason[..(ReasonMax / 4)]);

    private static string ReasonOf(Exception fault) => fault switch
    {
        IOException { InnerException: SocketException inner } => ReasonOf(inner),
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } => "the connection was reset",
        SocketException socket => $"the connection broke: {socket.SocketErrorCode}",
        ObjectDisposedException or OperationCanceledException => "the connection was closed",
        _ => $"the connection broke: {fault.Message}",
    };
}
