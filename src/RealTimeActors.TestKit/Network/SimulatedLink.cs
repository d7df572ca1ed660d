using System.Buffers;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network;

/// <summary>One simulated connection. The members here are the client's; the server's end is a <see cref="SimulatedTransport"/>.</summary>
public sealed class SimulatedLink : IDisposable
{
    private const int WindowBytes = 1_048_576;
    private readonly SimulatedNetwork _network;
    private readonly ISimulatedPeer _peer;
    private readonly Xoshiro256 _chance;
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
    private bool _isEnded;

    internal SimulatedLink(SimulatedNetwork network, ISimulatedPeer peer, WireFormat format, int number, string label, SeededEntropy entropy)
    {
        _network = network;
        _peer = peer;
        _chance = entropy.Numbers;
        Number = number;
        Label = label;
        Format = format;
        _transport = new SimulatedTransport(this, network, entropy.Fork("server").Numbers);
    }

    /// <summary>Numbers the attempts to connect, 1, 2, 3 …</summary>
    public int Number { get; }

    /// <summary>Whose it is.</summary>
    public string Label { get; }

    /// <summary>The encoding of both directions.</summary>
    public WireFormat Format { get; }

    /// <summary>Whether the client's end is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Bytes that the server handed over and the client has not read.</summary>
    public long BytesUnread => _transport.BytesUnread;

    /// <summary>Bytes that the server has received and not said to have dealt with.</summary>
    public int WindowUsed => _windowUsed;

    internal bool IsServerGone { get; private set; }

    internal bool IsEnded => _isEnded;

    /// <summary>The engine's end of it, while there is one.</summary>
    public IConnection? Connection => IsServerGone ? null : _connection;

    /// <summary>Sends a frame.</summary>
    public void Send(ClientFrame frame)
    {
        if (!IsOpen)
            return;

        var written = new ArrayBufferWriter<byte>(256);
        ClientMessages.Write(Format, frame, (uint)_chance.Next(), written);
        var message = written.WrittenSpan.ToArray();
        if (message.Length > 1 && _chance.Fraction() < _network.Faults.SplitChance)
        {
            var at = 1 + _chance.Below(message.Length - 1);
            Send(message[..at]);
            message = message[at..];
        }

        Send(message);
    }

    /// <inheritdoc/>
    public void Dispose() => _toServer.Dispose();

    /// <summary>The client stops or begins to read. What it does not read fills the server's buffer.</summary>
    public void SetReading(bool isReading) => _transport.SetReading(isReading);

    /// <summary>The client closes: what it sent arrives, then the end.</summary>
    public void Close()
    {
        IsOpen = false;
        _isEnded = true;
        _transport.Stop();
        ToServer(TellServer);
    }

    /// <summary>The connection breaks. In both directions some of the bytes under way still arrive, up to any byte.</summary>
    public void Cut()
    {
        if (!IsOpen)
            return;

        _network.Counts.Cut++;
        var isHalfOpen = _chance.Fraction() < _network.Faults.HalfOpenChance;
        var isForServer = _chance.OneIn(2);
        if (isHalfOpen)
            _network.Counts.HalfOpen++;

        var underWay = _clientSent - _serverRead;
        _serverMayRead = Math.Min(_serverMayRead, _serverRead + (long)(_chance.Fraction() * (underWay + 1)));
        var cutInside = _transport.LoseTail(_chance);
        if (!isHalfOpen || isForServer)
            ToServer(TellServer);

        if (!isHalfOpen || !isForServer)
            _transport.AfterLast(() => EndClient(null));

        if (cutInside)
            _network.Counts.CutInsideFrame++;
    }

    internal TimeSpan Latency()
    {
        var (min, max) = (_network.Faults.LatencyMin, _network.Faults.LatencyMax);
        return min + TimeSpan.FromTicks((long)(_chance.Fraction() * (max - min).Ticks));
    }

    internal void After(TimeSpan delay, Action act)
    {
        ITimer? timer = null;
        timer = _network.Time.CreateTimer(
            _ =>
            {
                timer!.Dispose();
                act();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    internal void Establish(Func<ITransport, IConnection> accept)
    {
        _connection = accept(_transport);
        After(Latency(), () =>
        {
            if (_isEnded)
                return;

            IsOpen = true;
            _peer.Opened(this);
        });
    }

    internal void ServerVanished()
    {
        IsServerGone = true;
        _unread.Clear();
        _network.Remove(this);
        _transport.LoseTail(_chance);
        if (_chance.Fraction() < _network.Faults.HalfOpenChance)
            _network.Counts.HalfOpen++;
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

    internal void EndClient(int? code)
    {
        if (_isEnded)
            return;

        _isEnded = true;
        IsOpen = false;
        _transport.Stop();
        _peer.Ended(this, code);
    }

    /// <summary>The server ends a connection of which the client will never hear again.</summary>
    internal void ServerGaveUp() => After(TimeSpan.Zero, TellServer);

    internal void Deliver(ServerFrame frame)
    {
        if (IsOpen)
            _peer.Received(this, frame);
    }

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
            _network.Tap?.Arrived(this, frame);

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
        _network.Remove(this);
        _connection?.Closed();
    }

    /// <summary>Not before anything that was sent earlier.</summary>
    private void ToServer(Action act)
    {
        var now = _network.Time.GetUtcNow();
        var due = now + Latency();
        if (due <= _lastToServer)
            due = _lastToServer.AddTicks(1);

        _lastToServer = due;
        After(due - now, act);
    }
}
