using System.Buffers;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Channels;

/// <summary>Events as the bytes of complete messages, one behind the other, with the place where each ends.</summary>
internal sealed class EncodedEvents
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private EncodedEvents(byte[] bytes, int[] ends, int longestBytes)
    {
        _bytes = bytes;
        _ends = ends;
        LongestBytes = longestBytes;
    }

    /// <summary>The bytes of the longest event.</summary>
    internal int LongestBytes { get; }

    /// <summary>All bytes.</summary>
    internal int Length => _bytes.Length;

    internal static EncodedEvents Encode(WireFormat format, IReadOnlyList<ChannelEvent> events) =>
        Encode(format, events.Count, (i, to) => ServerMessages.WriteEvent(format, events[i], to));

    /// <summary>The frames that stand for events; where there is none, there are no bytes.</summary>
    internal static EncodedEvents Encode(WireFormat format, IReadOnlyList<ServerFrame?> frames) => Encode(format, frames.Count, (i, to) =>
    {
        if (frames[i] is { } frame)
            ServerMessages.Write(format, frame, to);
    });

    private static EncodedEvents Encode(WireFormat format, int count, Action<int, IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>(count * 256);
        var ends = new int[count];
        var longest = 0;

        // Each event by itself: what one publisher says must not shorten what another one does. Once for all who read it.
        var plain = format.IsCompressed() ? new ArrayBufferWriter<byte>(256) : buffer;
        for (var i = 0; i < ends.Length; i++)
        {
            var start = buffer.WrittenCount;
            write(i, plain);
            if (plain != buffer && plain.WrittenCount > 0)
            {
                MessageDeflate.Append(plain.WrittenSpan, buffer);
                plain.ResetWrittenCount();
            }

            ends[i] = buffer.WrittenCount;
            longest = Math.Max(longest, ends[i] - start);
        }

        return new EncodedEvents(buffer.WrittenSpan.ToArray(), ends, longest);
    }

    /// <summary>Where event <paramref name="index"/> begins.</summary>
    internal int StartOf(int index) => index == 0 ? 0 : _ends[index - 1];

    /// <summary>The bytes of the events <paramref name="from"/> … <paramref name="to"/>-1.</summary>
    internal ReadOnlySpan<byte> Slice(int from, int to) => _bytes.AsSpan(StartOf(from)..StartOf(to));

    /// <summary>How many events, beginning with <paramref name="from"/>, fit into so many bytes: the index after the last that does.</summary>
    internal int Fitting(int from, int to, int bytesMax)
    {
        var start = StartOf(from);
        if (_ends[to - 1] - start <= bytesMax)
            return to;

        var end = from;
        while (end < to && _ends[end] - start <= bytesMax)
            end++;

        return end;
    }
}
