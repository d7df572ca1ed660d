using System.Buffers;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Connections;

/// <summary>
/// What one write to one connection is put together in: one buffer per edge actor, used by its connections in turn, because a write happens at once and is over.
/// </summary>
internal sealed class Outgoing(int capacity)
{
    private byte[] _buffer = new byte[capacity];
    private readonly ArrayBufferWriter<byte> _frame = new(4_096);
    private readonly ArrayBufferWriter<byte> _event = new(4_096);
    private WireFormat _format;
    private byte[] _data = [];
    private PieceWriter? _pieces;
    private long? _credit;
    private int _count;

    /// <summary>Where this write is to end, and where the turn of a lane in it.</summary>
    private int _end;
    private int _turnEnd;
    private int _turnStart;

    /// <summary>Bytes that still fit.</summary>
    internal int BytesLeft => Math.Max(0, _turnEnd - _count);

    /// <summary>Bytes that the next message may have: the first of a turn may be longer than the turn.</summary>
    internal int RoomLeft => _count == _turnStart ? _end - _count : BytesLeft;

    /// <summary>Events that the client's credit still allows.</summary>
    internal long EventsLeft => _credit ?? long.MaxValue;

    /// <summary>Whether skips are told now rather than gathered.</summary>
    internal bool TellsSkips { get; private set; }

    /// <summary>Events written since <see cref="Begin"/>.</summary>
    internal long EventsWritten { get; private set; }

    /// <summary>Credit used since <see cref="Begin"/>: an event that comes in pieces costs it with the first, and is written with the last.</summary>
    internal long CreditUsed { get; private set; }

    /// <summary>The lane that is being written.</summary>
    internal Priority Lane { get; set; }

    /// <summary>A message that is longer may have to be cut.</summary>
    internal int WholeBytesMax => _pieces?.BytesMax ?? int.MaxValue;

    internal int Length => _count;

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _count);

    /// <summary>Starts an empty write for a connection, of so many bytes at most; one message may be longer.</summary>
    internal void Begin(WireFormat format, long? credit, bool tellsSkips, int bytesMax, PieceWriter? pieces)
    {
        _format = format;
        _pieces = pieces;
        _credit = credit;
        _count = 0;
        _end = Math.Min(_buffer.Length, bytesMax);
        _turnStart = 0;
        _turnEnd = _end;
        EventsWritten = 0;
        CreditUsed = 0;
        TellsSkips = tellsSkips;
    }

    /// <summary>The next bytes are those of a lane that has a turn of so many; the first message of a turn may be longer.</summary>
    internal void BeginTurn(long bytesMax)
    {
        _turnStart = _count;
        _turnEnd = (int)Math.Min(_end, _count + bytesMax);
    }

    internal void EndTurn() => _turnEnd = _end;

    /// <summary>Whether a message of that length may be written: it fits, or it is the first and there is room for it somehow.</summary>
    internal bool Fits(int bytes) =>
        bytes <= BytesLeft
        || (_count == _turnStart && bytes <= _end - _count)
        || (_count == 0 && HasRoomFor(bytes));

    /// <summary>A log may hold an event from before texts were bounded, or of a larger limit: what does not fit into an empty buffer would never fit, and everything behind it would wait for ever.</summary>
    private bool HasRoomFor(int bytes)
    {
        if (bytes > _buffer.Length)
            _buffer = new byte[bytes];

        return true;
    }

    /// <summary>Copies as many whole messages as fit, at least one into an empty write, and says how many bytes they had. A message that is cut would be torn apart by a close frame that follows what
    /// the transport took.</summary>
    internal int WriteSome(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length <= BytesLeft ? bytes.Length : MessageBounds.WholeWithin(_format, bytes, BytesLeft);
        if (length == 0 && _count == 0 && !bytes.IsEmpty)
            HasRoomFor(length = MessageBounds.First(_format, bytes));

        bytes[..length].CopyTo(_buffer.AsSpan(_count));
        _count += length;
        return length;
    }

    /// <summary>Copies events that fit, which the caller has made sure of.</summary>
    internal void WriteEvents(ReadOnlySpan<byte> bytes, int events)
    {
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
        EventsWritten += events;
        CreditUsed += events;
        if (_credit is not null)
            _credit -= events;
    }

    /// <summary>Whether there is credit for this event, or it has cost its credit already.</summary>
    internal bool HasCreditFor(Subscription by, long offset) => EventsLeft > 0 || _pieces?.IsUnderWay(by, offset) == true;

    /// <summary>Writes an event for which there is credit, whole or in pieces. False: it is not, or not all of it, written.</summary>
    internal bool TryWriteEvent(ReadOnlySpan<byte> message, Subscription by, long offset)
    {
        if (_pieces is not null && message.Length > _pieces.BytesMax && ServerMessages.FrameOf(_format, message).Length > _pieces.BytesMax)
            return _pieces.TryWrite((int)Lane, by, offset, message, this);

        if (!Fits(message.Length))
            return false;

        WriteEvents(message, 1);
        return true;
    }

    /// <summary>Encodes an event for this connection alone, and writes it as <see cref="TryWriteEvent(ReadOnlySpan{byte}, Subscription, long)"/> does.</summary>
    internal bool TryWriteEvent(ChannelEvent e, Subscription by)
    {
        _event.ResetWrittenCount();
        ServerMessages.WriteEvent(_format, e, _event);
        return TryWriteEvent(_event.WrittenSpan, by, e.Offset);
    }

    /// <summary>The same for the frame that stands for an event.</summary>
    internal bool TryWriteEvent(ServerFrame frame, Subscription by, long offset)
    {
        _event.ResetWrittenCount();
        ServerMessages.Write(_format, frame, _event);
        return TryWriteEvent(_event.WrittenSpan, by, offset);
    }

    /// <summary>Encodes an event for this connection alone, as one that is delivered again, if it fits. It goes whole: a server need not cut.</summary>
    internal bool TryWriteAgain(ChannelEvent e, int attempt)
    {
        _event.ResetWrittenCount();
        ServerMessages.WriteEvent(_format, e, _event, attempt);
        if (!Fits(_event.WrittenCount))
            return false;

        WriteEvents(_event.WrittenSpan, 1);
        return true;
    }

    /// <summary>Writes a piece of a frame, if it fits.</summary>
    internal bool TryWritePiece(int of, bool isLast, ReadOnlySpan<byte> data)
    {
        if (_data.Length < data.Length)
            _data = new byte[data.Length];

        data.CopyTo(_data);
        return TryWrite(new ServerFrame.Piece(of, isLast, _data.AsMemory(0, data.Length)));
    }

    /// <summary>An event has begun to be written.</summary>
    internal void TakeCredit()
    {
        CreditUsed++;
        if (_credit is not null)
            _credit--;
    }

    /// <summary>An event that had begun to be written is taken back.</summary>
    internal void GiveCreditBack()
    {
        CreditUsed--;
        if (_credit is not null)
            _credit++;
    }

    /// <summary>An event that had begun to be written is written.</summary>
    internal void CountEvent() => EventsWritten++;

    /// <summary>Writes a message that costs no credit and is the same for others, if it fits.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> message)
    {
        if (!Fits(message.Length))
            return false;

        message.CopyTo(_buffer.AsSpan(_count));
        _count += message.Length;
        return true;
    }

    /// <summary>Encodes a frame that costs no credit, if it fits.</summary>
    internal bool TryWrite(ServerFrame frame)
    {
        _frame.ResetWrittenCount();
        ServerMessages.Write(_format, frame, _frame);
        if (!Fits(_frame.WrittenCount))
            return false;

        _frame.WrittenSpan.CopyTo(_buffer.AsSpan(_count));
        _count += _frame.WrittenCount;
        return true;
    }
}
