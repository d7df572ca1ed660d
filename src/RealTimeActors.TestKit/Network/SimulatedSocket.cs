using System.Buffers;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network;

/// <summary>One simulated WebSocket. The members here are the client's; the server's end is a <see cref="SimulatedTransport"/>.</summary>
internal sealed class SimulatedSocket : SimulatedLink
{
    private const int WindowBytes = 1_048_576;
    private readonly WebSocketReader _toServer = new();
    private readonly Queue<byte[]> _unread = new();
    private readonly List<ClientFrame> _arrived = [];
    private readonly SimulatedTransport _transport;
    private IConnection? _connection;
    private DateTimeOffset _lastToServer;
    private long _clientSent;
    private long _serverMayRead = long.MaxValue;
    private long _serverRead;
    private int _windowUsed;
    private bool _isServerTold;

    internal SimulatedSocket(SimulatedNetwork network, ISimulatedPeer peer, WireFormat format, int number, string label, SeededEntropy entropy)
        : base(network, peer, format, number, label, entropy) => _transport = new SimulatedTransport(this, network, entropy.Fork("server").Numbers);

    public override SimulatedWay Way => SimulatedWay.WebSocket;

    public override long BytesUnread => _transport.BytesUnread;

    public override int WindowUsed => _windowUsed;

    public override IConnection? Connection => IsServerGone ? null : _connection;

    internal bool IsServerGone { get; private set; }

    public override void Send(ClientFrame frame)
    {
        if (!IsOpen)
            return;

        var written = new ArrayBufferWriter<byte>(256);
        ClientMessages.Write(Format, frame, (uint)Chance.Next(), written);
        var message = written.WrittenSpan.ToArray();
        if (message.Length > 1 && Chance.Fraction() < Network.Faults.SplitChance)
        {
            var at = 1 + Chance.Below(message.Length - 1);
            Send(message[..at]);
            message = message[at..];
        }

        Send(message);
    }

    public override void SetReading(bool isReading) => _transport.SetReading(isReading);

    public override void Close()
    {
        IsOpen = false;
        IsEnded = true;
        _transport.Stop();
        ToServer(TellServer);
    }

    public override void Cut()
    {
        if (!IsOpen)
            return;

        Network.Counts.Cut++;
        var isHalfOpen = Chance.Fraction() < Network.Faults.HalfOpenChance;
        var isForServer = Chance.OneIn(2);
        if (isHalfOpen)
            Network.Counts.HalfOpen++;

        var underWay = _clientSent - _serverRead;
        _serverMayRead = Math.Min(_serverMayRead, _serverRead + (long)(Chance.Fraction() * (underWay + 1)));
        var cutInside = _transport.LoseTail(Chance);
        if (!isHalfOpen || isForServer)
            ToServer(TellServer);

        if (!isHalfOpen || !isForServer)
            _transport.AfterLast(() => EndClient(null));

        if (cutInside)
            Network.Counts.CutInsideFrame++;
    }

    internal void Establish(Func<ITransport, IConnection> accept)
    {
        _connection = accept(_transport);
        After(Latency(), () =>
        {
            if (!IsEnded)
                TellOpened();
        });
    }

    internal override void ServerVanished()
    {
        IsServerGone = true;
        _unread.Clear();
        Network.Remove(this);
        _transport.LoseTail(Chance);
        if (Chance.Fraction() < Network.Faults.HalfOpenChance)
            Network.Counts.HalfOpen++;
        else
            _transport.AfterLast(() => EndClient(null));
    }

    /// <summary>The server has closed in good order.</summary>
    internal void ServerClosed(int code)
    {
        _transport.AfterLast(() =>
        {
            EndClient(code);
            ToServer(TellServer);
        });
    }

    private protected override void StopReading() => _transport.Stop();

    private protected override void Dispose(bool isDisposing)
    {
        _toServer.Dispose();
        base.Dispose(isDisposing);
    }

    /// <summary>The server ends a connection of which the client will never hear again.</summary>
    internal void ServerGaveUp() => After(TimeSpan.Zero, TellServer);

    internal void Consumed(int bytes)
    {
        _windowUsed -= bytes;
        while (_windowUsed < WindowBytes && _unread.TryDequeue(out var piece))
            Read(piece);
    }

    internal void Writable()
    {
        if (!IsServerGone)
            _connection?.Writable();
    }

    private void Send(byte[] piece)
    {
        _clientSent += piece.Length;
        ToServer(() => Arrive(piece));
    }

    private void Arrive(byte[] piece)
    {
        if (IsServerGone || _isServerTold)
            return;

        if (_windowUsed >= WindowBytes || _unread.Count > 0)
            _unread.Enqueue(piece);
        else
            Read(piece);
    }

    private void Read(byte[] piece)
    {
        var count = (int)Math.Min(piece.Length, _serverMayRead - _serverRead);
        _serverRead += count;
        if (count <= 0 || IsServerGone || _transport.IsClosed)
            return;

        _arrived.Clear();
        Decode(piece.AsSpan(0, count));
        if (_arrived.Count == 0)
            return;

        // Core keeps the list.
        var frames = _arrived.ToArray();
        _windowUsed += count;
        foreach (var frame in frames)
            Network.Tap?.Arrived(this, frame);

        _connection!.Received(frames, count);
    }

    /// <summary>With the product's own reader, as the edge does it.</summary>
    private void Decode(Span<byte> bytes)
    {
        for (var read = _toServer.Read(bytes, out var consumed, out var payload); read != WebSocketRead.NeedsMore; read = _toServer.Read(bytes, out consumed, out payload))
        {
            bytes = bytes[consumed..];
            if (read is not (WebSocketRead.Text or WebSocketRead.Binary) || !FrameCodecs.For(Format).TryDecodeClient(payload, Limits.FrameBytesMax, _arrived))
                throw new InvalidDataException($"The client sent what cannot be divided into frames: {read} {_toServer.Reason}.");
        }
    }

    private void TellServer()
    {
        if (_isServerTold || IsServerGone)
            return;

        _isServerTold = true;
        Network.Remove(this);
        _connection?.Closed();
    }

    /// <summary>Not before anything that was sent earlier.</summary>
    private void ToServer(Action act)
    {
        var now = Network.Time.GetUtcNow();
        var due = now + Latency();
        if (due <= _lastToServer)
            due = _lastToServer.AddTicks(1);

        _lastToServer = due;
        After(due - now, act);
    }
}
