namespace RealTimeActors.Protocol.Json;

/// <summary>Something that lies in a text (or, where it had to be changed, in a scratch beside it).</summary>
internal interface ISlice
{
    ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch);
}

/// <summary>Sorts slices by their bytes in place (heapsort): n log n whatever they are, no allocation, no hash that could be attacked.</summary>
internal static class OrdinalSort
{
    public static void Sort<T>(Span<T> slices, ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch)
        where T : struct, ISlice
    {
        if (IsSorted(slices, text, scratch))
            return;

        for (var root = (slices.Length / 2) - 1; root >= 0; root--)
            Sink(slices, root, text, scratch);

        for (var end = slices.Length - 1; end > 0; end--)
        {
            (slices[0], slices[end]) = (slices[end], slices[0]);
            Sink(slices[..end], 0, text, scratch);
        }
    }

    private static bool IsSorted<T>(Span<T> slices, ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch)
        where T : struct, ISlice
    {
        for (var i = 1; i < slices.Length; i++)
            if (slices[i - 1].Of(text, scratch).SequenceCompareTo(slices[i].Of(text, scratch)) > 0)
                return false;

        return true;
    }

    private static void Sink<T>(Span<T> heap, int root, ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch)
        where T : struct, ISlice
    {
        while (true)
        {
            var child = (root * 2) + 1;
            if (child >= heap.Length)
                return;

            if (child + 1 < heap.Length && heap[child].Of(text, scratch).SequenceCompareTo(heap[child + 1].Of(text, scratch)) < 0)
                child++;

            if (heap[root].Of(text, scratch).SequenceCompareTo(heap[child].Of(text, scratch)) >= 0)
                return;

            (heap[root], heap[child]) = (heap[child], heap[root]);
            root = child;
        }
    }
}
