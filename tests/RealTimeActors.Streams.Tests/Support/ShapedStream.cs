namespace RealTimeActors.Streams.Tests.Support;

/// <summary>A shaper with a hand on its clock: offsets are counted, and what leaves is told by offset.</summary>
internal sealed class ShapedStream
{
    private readonly Shaper<string> _shaper;
    private long _offset;

    internal ShapedStream(ShapeSettings settings) => _shaper = Shaper<string>.Create(settings);

    internal long NowUnixMs { get; private set; } = 1_000_000;

    internal int Held => _shaper.Count;

    internal long HeldBytes => _shaper.Bytes;

    internal bool HasRoom => _shaper.HasRoom;

    internal ShapeCounts LeftOut => _shaper.Counts;

    internal IReadOnlyList<long> HeldOffsets => [.. _shaper.HeldOffsets()];

    /// <summary>In how many milliseconds there will be more; null: never.</summary>
    internal long? DueInMs => _shaper.DueUnixMs(NowUnixMs) - NowUnixMs;

    internal void Advance(long ms) => NowUnixMs += ms;

    /// <summary>Pushes the next offset.</summary>
    internal long Push(string? key = null, int lane = Lanes.Normal, string type = "moved", int bytes = 100, long liveMs = 0) =>
        PushOffset(_offset + 1, key, lane, type, bytes, liveMs);

    internal long PushOffset(long offset, string? key = null, int lane = Lanes.Normal, string type = "moved", int bytes = 100, long liveMs = 0)
    {
        _offset = Math.Max(_offset, offset);
        var expires = liveMs == 0 ? long.MaxValue : NowUnixMs + liveMs;
        _shaper.Push(new Element<string>(offset, lane, type, key, bytes, expires, $"#{offset}"), NowUnixMs);
        return offset;
    }

    internal void Flush() => _shaper.Flush();

    internal void GiveUp() => _shaper.GiveUp();

    internal bool Holds(long offset) => _shaper.Holds(offset);

    internal bool TryPeek(int lane, out Element<string> element) => _shaper.TryPeek(lane, NowUnixMs, out element);

    internal void Take(int lane) => _shaper.Take(lane, NowUnixMs);

    /// <summary>Writes all that may leave, highest lane first, or only so many.</summary>
    internal IReadOnlyList<long> Pull(int max = int.MaxValue)
    {
        var written = new List<long>();
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            while (written.Count < max && _shaper.TryPeek(lane, NowUnixMs, out var element))
            {
                Assert.Equal($"#{element.Offset}", element.Value);
                _shaper.Take(lane, NowUnixMs);
                written.Add(element.Offset);
            }
        }

        return written;
    }
}
