using System.Buffers;
using System.Text;

namespace RealTimeActors.Engine.HttpSessions;

/// <summary>A batch as an event of <c>text/event-stream</c> (WHATWG HTML, 9.2).</summary>
public static class BatchText
{
    /// <summary>Appends it: every line of the batch is a <c>data:</c> line.</summary>
    /// <param name="id">What the client says when it comes back.</param>
    /// <param name="lines">Whole lines, each with its end.</param>
    /// <param name="to">Where the bytes go.</param>
    public static void Write(BatchId id, ReadOnlySpan<byte> lines, IBufferWriter<byte> to)
    {
        Put("id: "u8, to);
        Put(Encoding.ASCII.GetBytes(id.ToString()), to);
        Put("\n"u8, to);
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n') + 1;
            Put("data: "u8, to);
            Put(lines[..end], to);
            lines = lines[end..];
        }

        Put("\n"u8, to);
    }

    /// <summary>Asks for room of the length: a body whose connection has no pool of the server's own gives none at all to whoever does not say how much.</summary>
    private static void Put(ReadOnlySpan<byte> bytes, IBufferWriter<byte> to)
    {
        bytes.CopyTo(to.GetSpan(bytes.Length));
        to.Advance(bytes.Length);
    }
}
