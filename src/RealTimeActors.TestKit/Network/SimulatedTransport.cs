using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network;

/// <summary>The server's end of a <see cref="SimulatedSocket"/>: a bounded buffer of bytes that the client reads when it likes.</summary>
internal sealed class SimulatedTransport : ITransport
{
    private readonly SimulatedSocket _link;
    private readonly SimulatedNetwork _network;
    private readonly Xoshiro256 _chance;
    private readonly WireParser _parser = new();
    private readonly PieceJoin _pieces;
    private readonly List<ServerFrame> _decoded = [];

    /// <summary>Frames on their way, with the position after their last byte.</summary>
    private readonly Queue<(long End, ServerFrame Frame)> _frames = new();
    private DateTimeOffset _lastToClient;
    private long _sent;
    private int _offered;
    private long _arrived;
    private long _read;
    private long _mayArrive = long.MaxValue;
    private bool _isReading = true;
    private bool _owesWritable;
    private bool _isClosed;
    private bool _isCut;
    private bool _isStopped;

    internal SimulatedTransport(SimulatedSocket link, SimulatedNetwork network, Xoshiro256 chance)
    {
        _link = link;
        _network = network;
        _chance = chance;
        _pieces = new PieceJoin(FrameCodecs.For(link.Format));
    }

    public WireFormat Format => _link.Format;

    public string Remote => _link.Label;

    /// <summary>The server has closed; what still comes from the client is not looked at.</summary>
    internal bool IsClosed => _isClosed;

    internal long BytesUnread => _sent - _read;

    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (_isStopped || _isClosed || _isCut)
            return bytes.Length;

        // Whole ones, so that a close frame may follow whatever was taken. What was offered before and not taken comes first, and was looked at then.
        var fresh = bytes[Math.Min(_offered, bytes.Length)..];
        if (MessageBounds.WholeWithin(Format, fresh, fresh.Length) != fresh.Length)
            throw new InvalidDataException($"Whole messages are expected; the last of {fresh.Length} bytes was cut.");

        var taken = (int)Math.Min(bytes.Length, Math.Max(0, _network.Faults.BufferBytes - BytesUnread));
        if (taken > 1 && _chance.Fraction() < _network.Faults.PartialSendChance)
            taken = 1 + _chance.Below(taken);

        if (taken < bytes.Length)
        {
            _network.Counts.PartialSends++;
            _owesWritable = true;
        }

        _offered = bytes.Length - taken;
        Take(bytes[..taken]);
        return taken;
    }

    public void Close(int code, string reason)
    {
        if (_isCut || _isStopped)
        {
            _link.ServerGaveUp();
            return;
        }

        if (_isClosed)
            return;

        _isClosed = true;
        _link.ServerClosed(code);
    }

    public void Consumed(int bytes) => _link.Consumed(bytes);

    internal void SetReading(bool isReading)
    {
        _isReading = isReading;
        if (isReading)
            Read();
    }

    /// <summary>Nobody reads any more: from now on everything is taken and dropped.</summary>
    internal void Stop()
    {
        _isStopped = true;
        _frames.Clear();
        _read = _sent;
        TellWritable();
    }

    /// <summary>The bytes beyond some point that are under way do not arrive. Says whether that point is inside a frame.</summary>
    internal bool LoseTail(Xoshiro256 chance)
    {
        _mayArrive = Math.Min(_mayArrive, _arrived + (long)(chance.Fraction() * (_sent - _arrived + 1)));
        _isCut = true;
        TellWritable();
        return _mayArrive < _sent && !_frames.Any(frame => frame.End == _mayArrive);
    }

    /// <summary>After everything that was handed over has been read, or cannot be any more.</summary>
    internal void AfterLast(Action act) => ToClient(() =>
    {
        // A peer that does not read learns of the end when it reads on; a simulation does not wait for that.
        _isReading = true;
        Read();
        act();
    });

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;

        _sent += bytes.Length;
        var count = bytes.Length;
        _parser.Feed(bytes, OnMessage);
        ToClient(() =>
        {
            _arrived += count;
            Read();
        });
    }

    private void OnMessage(int opCode, ReadOnlySpan<byte> payload, int? closeCode, long end)
    {
        if (opCode is not (1 or 2))
            return;

        _decoded.Clear();
        if (!FrameCodecs.For(Format).TryDecodeServer(payload, _decoded))
            throw new InvalidDataException("The server sent what the codec cannot divide into frames.");

        foreach (var frame in _decoded)
        {
            if (frame is ServerFrame.Piece piece)
                Join(piece, end);
            else
                Take(frame, end);
        }
    }

    private void Take(ServerFrame frame, long end)
    {
        _frames.Enqueue((end, frame));
        _network.Tap?.Sent(_link, frame);
    }

    /// <summary>The client reads a frame that comes in pieces with the last of them.</summary>
    private void Join(ServerFrame.Piece piece, long end)
    {
        _network.Tap?.SentPiece(_link, piece);
        if (!_pieces.TryAdd(piece, out var whole))
            throw new InvalidDataException("The server sent pieces that make no frame.");

        if (whole is not null)
            Take(whole, end);
    }

    private void Read()
    {
        if (!_isReading || _isStopped)
            return;

        _read = _arrived;
        var complete = Math.Min(_read, _mayArrive);
        while (_frames.TryPeek(out var next) && next.End <= complete)
        {
            _frames.Dequeue();
            _link.Deliver(next.Frame);
        }

        if (_network.Faults.BufferBytes - BytesUnread > 0)
            TellWritable();
    }

    private void TellWritable()
    {
        if (!_owesWritable)
            return;

        _owesWritable = false;
        _link.Writable();
    }

    private void ToClient(Action act)
    {
        var now = _network.Time.GetUtcNow();
        var due = now + _link.Latency();
        if (due <= _lastToClient)
            due = _lastToClient.AddTicks(1);

        _lastToClient = due;
        _link.After(due - now, act);
    }
}
