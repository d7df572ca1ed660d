using System.Text;

namespace RealTimeActors.Persistence.Journals;

/// <summary>What every journal refuses before it takes a call: mistakes of the caller, told by an exception.</summary>
internal static class JournalCall
{
    private const int StreamBytesMax = 512;
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static void Check(StreamId stream)
    {
        if (string.IsNullOrEmpty(stream.Value) || _strictUtf8.GetByteCount(stream.Value) > StreamBytesMax)
            throw new ArgumentException($"The name of a stream has 1 to {StreamBytesMax} bytes of UTF-8; this one is '{stream.Value}'.", nameof(stream));
    }

    internal static void CheckAppend(StreamId stream, long expectedLast, JournalRow row)
    {
        Check(stream);
        ArgumentNullException.ThrowIfNull(row);
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedLast, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(row.Count, 1, nameof(row));
        if (row.First != expectedLast + 1)
            throw new ArgumentException($"A row after sequence {expectedLast} begins at {expectedLast + 1}; this one begins at {row.First}.", nameof(row));
    }

    internal static void CheckSnapshot(StreamId stream, long sequence)
    {
        Check(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
    }

    internal static void CheckList(string prefix, string after, int limit)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
    }
}
