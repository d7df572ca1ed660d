namespace RealTimeActors.Dispatch;

/// <summary>
/// Arrays for mailboxes that have something to do, kept per thread: an actor that goes to sleep gives its array back, one that wakes up takes one,
/// so that neither a message costs an array nor a million sleeping actors hold one.
/// </summary>
internal static class SlotCache
{
    private const int SlotsPerArray = 16;
    private const int ArraysMax = 1_024;

    [ThreadStatic]
    private static object?[][]? _arrays;

    [ThreadStatic]
    private static int _count;

    [ThreadStatic]
    private static object?[]? _batch;

    internal static object?[] Rent()
    {
        if (_count == 0)
            return new object?[SlotsPerArray];

        return _arrays![--_count];
    }

    /// <summary>Takes an empty array back. Larger ones are left to the garbage collector: the burst is over.</summary>
    internal static void Return(object?[] array)
    {
        if (array.Length != SlotsPerArray || _count == ArraysMax)
            return;

        _arrays ??= new object?[ArraysMax][];
        _arrays[_count++] = array;
    }

    /// <summary>This thread's array for the messages of the present run.</summary>
    internal static object?[] Batch(int length) =>
        _batch is { } batch && batch.Length >= length ? batch : _batch = new object?[length];
}
