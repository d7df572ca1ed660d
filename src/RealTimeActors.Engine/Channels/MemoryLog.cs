using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>The newest events of an ephemeral channel. Bounded by count and bytes; the oldest go.</summary>
internal sealed class MemoryLog(int eventsMax, long bytesMax)
{
    private Queue<ChannelEvent>? _events;
    private long _bytes;

    /// <summary>The newest offset; 0 before the first event.</summary>
    internal long Head { get; private set; }

    /// <summary>The oldest offset that is remembered; head + 1 where none is.</summary>
    internal long First => Head - (_events?.Count ?? 0) + 1;

    internal void Add(ChannelEvent e)
    {
        _events ??= new();
        _events.Enqueue(e);
        _bytes += e.Data.Length;
        Head = e.Offset;
        while (_events.Count > eventsMax || _bytes > bytesMax)
            _bytes -= _events.Dequeue().Data.Length;
    }

    /// <summary>At most <paramref name="limit"/> events beginning with this offset.</summary>
    internal IReadOnlyList<ChannelEvent> From(long offset, int limit) => [.. (_events ?? []).Skip((int)Math.Max(0, offset - First)).Take(limit)];
}
