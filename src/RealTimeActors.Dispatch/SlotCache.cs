using System.Numerics;

namespace RealTimeActors.Dispatch;

/// <summary>
/// Arrays for mailboxes that have something to do, kept per thread: an actor that goes to sleep gives its array back, one that wakes up takes one,
/// so that neither a message costs an array nor a million sleeping actors hold one.
/// </summary>
/// <remarks>Five sizes, each four times the one before; at most 0.7 MB per thread.</remarks>
internal static class SlotCache
{
    private const int SmallestBits = 4;
    private const int LargestBits = 12;

    [ThreadStatic]
    private static Shelf[]? _shelves;

    [ThreadStatic]
    private static object?[]? _batch;

    /// <summary>An empty array of at least that length, and a power of two.</summary>
    internal static object?[] Rent(int length)
    {
        var bits = Math.Max(SmallestBits, 32 - BitOperations.LeadingZeroCount((uint)length - 1));
        bits += bits & 1;
        if (bits > LargestBits)
            return new object?[1 << bits];

        var shelf = Shelves[(bits - SmallestBits) / 2];
        return shelf.Count > 0 ? shelf.Arrays[--shelf.Count] : new object?[1 << bits];
    }

    /// <summary>Takes an empty array back. What is too large or too much is left to the garbage collector: the burst is over.</summary>
    internal static void Return(object?[] array)
    {
        var bits = BitOperations.Log2((uint)array.Length);
        if (bits is < SmallestBits or > LargestBits || (bits & 1) != 0)
            return;

        var shelf = Shelves[(bits - SmallestBits) / 2];
        if (shelf.Count < shelf.Arrays.Length)
            shelf.Arrays[shelf.Count++] = array;
    }

    /// <summary>This thread's array for the messages of the present run.</summary>
    internal static object?[] Batch(int length) =>
        _batch is { } batch && batch.Length >= length ? batch : _batch = new object?[length];

    private static Shelf[] Shelves => _shelves ??=
        [new Shelf(1_024), new Shelf(256), new Shelf(64), new Shelf(16), new Shelf(4)];

    private sealed class Shelf(int arraysMax)
    {
        internal object?[][] Arrays { get; } = new object?[arraysMax][];

        internal int Count { get; set; }
    }
}
