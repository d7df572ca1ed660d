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

    /// <summary>Bytes that still fit.</summary>
    internal int BytesLeft => _buffer.Length - _count;

    /// <summary>Events that the client's credit still allows.</summary>
    internal long EventsLeft => _credit ?? long.MaxValue;

    /// <summary>Whether skips are told now rather than gathered.</summary>
    internal bool TellsSkips { get; private set; }

    /// <summary>Events written since <see cref="Begin"/>.</summary>
    internal long EventsWritten { get; private set; }

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _count);

    /// <summary>Starts an empty write for a connection.</summary>
    internal void Begin(WireFormat format, long? credit, bool tellsSkips)
    {
        _format = format;
        _credit = credit;
        _count = 0;
        EventsWritten = 0;
        TellsSkips = tellsSkips;
    }

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
        if (_frame.WrittenCount > BytesLeft)
            return false;

        WriteEvents(_frame.WrittenSpan, 1);
        return true;
    }

    /// <summary>Encodes a frame that costs no credit, if it fits.</summary>
    internal bool TryWrite(ServerFrame frame)
    {
        _frame.ResetWrittenCount();
        ServerMessages.Write(_format, frame, _frame);
        if (_frame.WrittenCount > BytesLeft)
            return false;

        _frame.WrittenSpan.CopyTo(_buffer.AsSpan(_count));
        _count += _frame.WrittenCount;
        return true;
    }
}
