namespace RealTimeActors.Engine.Conflicts;

/// <summary>Lists in the ordinal order of some bytes of their items.</summary>
internal static class OrderedBytes
{
    /// <summary>Where the item with these bytes stands, or the complement of where it would.</summary>
    internal static int Find<T>(IReadOnlyList<T> items, ReadOnlySpan<byte> sought, Func<T, byte[]> bytesOf)
    {
        var (low, high) = (0, items.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = bytesOf(items[middle]).AsSpan().SequenceCompareTo(sought);
            if (order == 0)
                return middle;

            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
