using System.Buffers;

namespace RealTimeActors.Edge.ServerSentEvents;

/// <summary>Writing to the body of an answer.</summary>
internal static class BufferWriting
{
    /// <summary>Appends the bytes.</summary>
    /// <remarks>Asks for room of their length: a body whose connection has no pool of the server's own gives none at all to whoever does not say how much.</remarks>
    internal static void Put(this IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;

        bytes.CopyTo(to.GetSpan(bytes.Length));
        to.Advance(bytes.Length);
    }
}
