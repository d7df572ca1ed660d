namespace RealTimeActors.Streams.Stages;

/// <summary>The types that a client wants at once, each of them: debounce and conflation stand aside for these.</summary>
internal sealed class Immediate(IReadOnlyList<string> types)
{
    internal bool Contains(string type)
    {
        // A handful: walking along is faster than hashing, and costs no table per subscription.
        for (var i = 0; i < types.Count; i++)
        {
            if (string.Equals(types[i], type, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
