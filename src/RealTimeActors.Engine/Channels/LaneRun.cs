using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>The events of one lane out of a run, in order of offset, each encoded once per format as a complete message. Never changes.</summary>
internal sealed class LaneRun
{
    private static readonly int _formats = Enum.GetValues<WireFormat>().Length;

    private readonly EncodedEvents?[] _encoded = new EncodedEvents?[_formats];

    internal LaneRun(Priority priority, IReadOnlyList<ChannelEvent> events, int formats)
    {
        Priority = priority;
        Events = events;
        IsContiguous = events[^1].Offset - events[0].Offset == events.Count - 1;
        for (var i = 0; i < events.Count && !HasTtl; i++)
            HasTtl = events[i].TtlMs > 0;

        for (var format = 0; format < _formats; format++)
        {
            if ((formats & (1 << format)) != 0)
                _encoded[format] = EncodedEvents.Encode((WireFormat)format, events);
        }
    }

    internal Priority Priority { get; }

    internal IReadOnlyList<ChannelEvent> Events { get; }

    internal long First => Events[0].Offset;

    internal long Last => Events[^1].Offset;

    /// <summary>Whether every offset between first and last is of this lane.</summary>
    internal bool IsContiguous { get; }

    /// <summary>Whether some event has a time to live, and must be looked at one by one.</summary>
    internal bool HasTtl { get; }

    /// <summary>The bytes in this format. The channel encodes every format that an edge has asked for.</summary>
    internal EncodedEvents Encoded(WireFormat format) =>
        _encoded[(int)format] ?? throw new InvalidOperationException($"Events {First}-{Last} were not encoded as {format}, which an edge never joined for.");
}
