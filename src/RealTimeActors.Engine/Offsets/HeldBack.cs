using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Offsets;

/// <summary>An ack without the offsets that it must not mean. Pure.</summary>
internal static class HeldBack
{
    /// <summary>The prefix ends before the first of the held offsets, and what lies beyond goes ahead.</summary>
    /// <param name="prefix">Everything up to it is acked.</param>
    /// <param name="ahead">What is acked beyond it.</param>
    /// <param name="held">Ascending.</param>
    internal static (long Prefix, IReadOnlyList<OffsetRange> Ahead) From(long prefix, IReadOnlyList<OffsetRange> ahead, IEnumerable<long> held)
    {
        var ranges = new List<OffsetRange> { new(1, prefix) };
        ranges.AddRange(ahead);
        foreach (var offset in held)
        {
            for (var i = 0; i < ranges.Count; i++)
            {
                var range = ranges[i];
                if (offset < range.From || range.To < offset)
                    continue;

                ranges[i] = range with { To = offset - 1 };
                ranges.Insert(i + 1, range with { From = offset + 1 });
                i++;
            }
        }

        // The first begins at 1, whatever is left of it.
        return (ranges[0].To, [.. ranges.Skip(1).Where(range => range.From <= range.To)]);
    }
}
