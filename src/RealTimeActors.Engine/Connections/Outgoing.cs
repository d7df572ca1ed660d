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
    private readonly byte[] _buffer = new byte[capacity];
    private readonly ArrayBufferWriter<byte> _frame = new(4_096);
    private WireFormat _format;
    private long? _credit;
    private int _count;

    /// <summary>Where this write is to end, and where the turn of a lane in it.</summary>
    private int _end;
    private int _turnEnd;
    private int _turnStart;

    /// <summary>Bytes that still fit.</summary>
    internal int BytesLeft => Math.Max(0, _turnEnd - _count);

    /// <summary>Events that the client's credit still allows.</summary>
    internal long EventsLeft => _credit ?? long.MaxValue;

    /// <summary>Whether skips are told now rather than gathered.</summary>
    internal bool TellsSkips { get; private set; }

    /// <summary>Events written since <see cref="Begin"/>.</summary>
    internal long EventsWritten { get; private set; }

    internal int Length => _count;

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _count);

    /// <summary>Starts an empty write for a connection, of so many bytes at most; one message may be longer.</summary>
    internal void Begin(WireFormat format, long? credit, bool tellsSkips, int bytesMax)
    {
        _format = format;
        _credit = credit;
        _count = 0;
        _end = Math.Min(_buffer.Length, bytesMax);
        _turnStart = 0;
        _turnEnd = _end;
        EventsWritten = 0;
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
        || (_count == 0 && bytes <= _buffer.Length);

    /// <summary>Copies as much as fits, and says how much that was.</summary>
    internal int WriteSome(ReadOnlySpan<byte> bytes)
    {
        var length = Math.Min(bytes.Length, BytesLeft);
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
        if (_credit is not null)
            _credit -= events;
    }

    /// <summary>Encodes an event for this connection alone, if it fits and there is credit.</summary>
    internal bool TryWriteEvent(ChannelEvent e)
    {
        _frame.ResetWrittenCount();
        ServerMessages.WriteEvent(_format, e, _frame);
        if (!Fits(_frame.WrittenCount))
            return false;

        WriteEvents(_frame.WrittenSpan, 1);
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
