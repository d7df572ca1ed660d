using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity;

/// <summary>What checkpoints say of one channel's log: that at these offsets it had these hashes.</summary>
public sealed class LogPoints
{
    private readonly List<Point> _points = [];

    /// <summary>Nothing is known.</summary>
    public static LogPoints None { get; } = new();

    /// <summary>The newest; null: none.</summary>
    internal Point? Newest => _points.Count == 0 ? null : _points[^1];

    internal void Add(CheckpointHead head, string source) => _points.Add(new Point(head.Offset, head.Epoch, head.Hash, source));

    /// <summary>All are there: they can be looked for.</summary>
    internal void Sort() => _points.Sort(static (one, other) => one.Offset.CompareTo(other.Offset));

    /// <summary>What contradicts the event at this offset; null: nothing does.</summary>
    internal string? FaultOf(long offset, string epoch, ReadOnlySpan<byte> hash)
    {
        for (var place = PlaceOf(offset); place < _points.Count && _points[place].Offset == offset; place++)
        {
            var point = _points[place];
            if (hash.SequenceEqual(point.Hash.Span) && epoch == point.Epoch)
                continue;

            var vouched = place == 0 ? 0 : _points[place - 1].Offset;
            return $"{point.Source} says that its hash is {Convert.ToHexStringLower(point.Hash.Span)} in epoch {point.Epoch}; {Convert.ToHexStringLower(hash)} in epoch {epoch} is stored. "
                + $"The log was written anew somewhere after offset {vouched}";
        }

        return null;
    }

    /// <summary>The first place whose offset is not before this one.</summary>
    private int PlaceOf(long offset)
    {
        var (from, to) = (0, _points.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_points[middle].Offset < offset)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }

    /// <param name="Offset">Where.</param>
    /// <param name="Epoch">In which life of the log.</param>
    /// <param name="Hash">What the event's hash was.</param>
    /// <param name="Source">Who says so, for a person.</param>
    internal sealed record Point(long Offset, string Epoch, ReadOnlyMemory<byte> Hash, string Source);
}
