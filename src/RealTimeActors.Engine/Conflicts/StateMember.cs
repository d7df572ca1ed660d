namespace RealTimeActors.Engine.Conflicts;

/// <summary>A member of an object.</summary>
/// <param name="Name">As it stands between its quotes in canonical JSON.</param>
/// <param name="Node">What is there, or was.</param>
internal readonly record struct StateMember(byte[] Name, StateNode Node)
{
    /// <summary>Where the name stands among members in the order of their names, or the complement of where it would.</summary>
    internal static int Find(IReadOnlyList<StateMember> members, ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, members.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = members[middle].Name.AsSpan().SequenceCompareTo(name);
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
