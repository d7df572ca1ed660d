using System.Buffers;
using System.Globalization;
using System.Text;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.ServerSentEvents;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>Events of a channel, without a hole, as the text of an event stream: made once, read by everybody. Never changes.</summary>
internal sealed class EncodedRun
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    /// <summary>When each may not be sent any more; null: all live for ever.</summary>
    private readonly long[]? _expiresUnixMs;

    private EncodedRun(long first, byte[] bytes, int[] ends, long[]? expiresUnixMs)
    {
        First = first;
        _bytes = bytes;
        _ends = ends;
        _expiresUnixMs = expiresUnixMs;
    }

    internal long First { get; }

    internal long Last => First + _ends.Length - 1;

    internal int Bytes => _bytes.Length;

    internal static EncodedRun Encode(string epoch, IReadOnlyList<ChannelEvent> events)
    {
        var text = new ArrayBufferWriter<byte>(events.Count * 320);
        var ends = new int[events.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            Write(epoch, events[i], text);
            ends[i] = text.WrittenCount;
        }

        long[]? expires = events.Any(e => e.TtlMs > 0) ? [.. events.Select(e => e.TtlMs > 0 ? e.TimeUnixMs + e.TtlMs : long.MaxValue)] : null;
        return new EncodedRun(events[0].Offset, text.WrittenSpan.ToArray(), ends, expires);
    }

    /// <summary>Takes the events after an offset, until there are so many bytes, and says up to which offset that was and how many events it were. One whose time is over is left out.</summary>
    internal (long UpTo, int Events) Take(long after, int bytesMax, long nowUnixMs, IBufferWriter<byte> to)
    {
        var from = (int)Math.Max(0, after + 1 - First);
        var (end, events) = (from, 0);
        var start = StartOf(from);
        while (end < _ends.Length && (end == from || _ends[end] - start <= bytesMax))
        {
            if (_expiresUnixMs is not { } expires)
            {
                events++;
            }
            else if (expires[end] > nowUnixMs)
            {
                to.Put(_bytes.AsSpan(StartOf(end)..StartOf(end + 1)));
                events++;
            }

            end++;
        }

        if (_expiresUnixMs is null)
            to.Put(_bytes.AsSpan(start..StartOf(end)));

        return (First + end - 1, events);
    }

    private int StartOf(int index) => index == 0 ? 0 : _ends[index - 1];

    private static void Write(string epoch, ChannelEvent e, ArrayBufferWriter<byte> to)
    {
        to.Put("id: "u8);
        to.Put(Encoding.UTF8.GetBytes(epoch));
        to.Put("-"u8);
        to.Put(Encoding.ASCII.GetBytes(e.Offset.ToString(CultureInfo.InvariantCulture)));

        // A line break in a type would be the end of its line, and the beginning of one that nobody published; and what the server says by such lines nobody else may say.
        if (e.Type is not ("gap" or "reset" or "close" or "open" or "error") && !e.Type.Any(char.IsControl))
        {
            to.Put("\nevent: "u8);
            to.Put(Encoding.UTF8.GetBytes(e.Type));
        }

        to.Put("\ndata: "u8);
        EventBodies.Write(e, to);
        to.Put("\n\n"u8);
    }
}
