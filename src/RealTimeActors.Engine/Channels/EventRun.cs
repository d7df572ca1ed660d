using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// Events that were committed together, divided into lanes and encoded once: one object for all edges and all their connections. Never changes.
/// </summary>
internal sealed class EventRun
{
    private EventRun(string epoch, IReadOnlyList<ChannelEvent> events, int formats, LaneRun[] lanes, IReadOnlyList<Watched> watched)
    {
        Epoch = epoch;
        Events = events;
        Formats = formats;
        Lanes = lanes;
        Watched = watched;
    }

    internal string Epoch { get; }

    internal IReadOnlyList<ChannelEvent> Events { get; }

    /// <summary>The formats that they are encoded in: a bit for each.</summary>
    internal int Formats { get; }

    /// <summary>One per priority that occurs, most urgent first.</summary>
    internal IReadOnlyList<LaneRun> Lanes { get; }

    /// <summary>Those whose publishers want to know who acked.</summary>
    internal IReadOnlyList<Watched> Watched { get; }

    internal long Head => Events[^1].Offset;

    /// <summary>Divides and encodes, in the formats that some edge needs: a bit for each.</summary>
    internal static EventRun Create(string epoch, IReadOnlyList<ChannelEvent> events, int formats, IReadOnlyList<Watched> watched)
    {
        var lanes = new List<LaneRun>(1);
        for (var priority = Priority.Critical; priority <= Priority.Low; priority++)
        {
            var ofLane = OfPriority(events, priority);
            if (ofLane.Count > 0)
                lanes.Add(new LaneRun(priority, ofLane, formats));
        }

        return new EventRun(epoch, events, formats, [.. lanes], watched);
    }

    private static IReadOnlyList<ChannelEvent> OfPriority(IReadOnlyList<ChannelEvent> events, Priority priority)
    {
        var count = 0;
        foreach (var e in events)
            count += e.Priority == priority ? 1 : 0;

        return count == 0 ? [] : count == events.Count ? events : events.Where(e => e.Priority == priority).ToArray();
    }
}
