using RealTimeActors.Protocol;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Telemetry;

/// <summary>What one edge actor counts: written by it alone, in plain fields, because it happens per write and per delivery; read from anywhere.</summary>
internal sealed class EdgeFigures
{
    /// <summary>Why connections end, by what the code tells the client to do.</summary>
    internal static readonly string[] CloseClasses = ["gone", "40xx", "41xx", "42xx", "43xx", "44xx"];

    private readonly long[] _closed = new long[CloseClasses.Length];

    internal long Connections { get; set; }

    internal long ConnectionsOpened { get; set; }

    internal long SessionsBegun { get; set; }

    internal long SessionsResumed { get; set; }

    internal long FanOuts { get; set; }

    internal long EventsDelivered { get; set; }

    internal long EventsDropped { get; set; }

    internal long EventsSkipped { get; set; }

    /// <summary>Left out because a filter did not want them.</summary>
    internal long EventsFiltered { get; set; }

    /// <summary>Left out because their time to live was over.</summary>
    internal long EventsExpired { get; set; }

    /// <summary>Left out by debounce: a later one came while it waited for quiet.</summary>
    internal long EventsDebounced { get; set; }

    /// <summary>Left out by conflation: a newer one took the place.</summary>
    internal long EventsConflated { get; set; }

    internal long EventsGone { get; set; }

    /// <summary>What clients could not process.</summary>
    internal long EventsNacked { get; set; }

    /// <summary>What was sent again because of that.</summary>
    internal long EventsRedelivered { get; set; }

    internal long BytesSent { get; set; }

    internal long BytesReceived { get; set; }

    internal long Writes { get; set; }

    internal long Acks { get; set; }

    /// <summary>Frames about who is there.</summary>
    internal long PresenceFrames { get; set; }

    internal long FallenBehind { get; set; }

    internal long CameBackBehind { get; set; }

    /// <summary>What is added up once a second.</summary>
    internal EdgeSums Sums { get; set; } = new();

    internal long Closed(int closeClass) => _closed[closeClass];

    /// <summary>What the stages of a subscription left out since they were asked last.</summary>
    internal void LeftOut(ShapeCounts now, ref ShapeCounts before)
    {
        EventsDebounced += now.Debounced - before.Debounced;
        EventsConflated += now.Conflated - before.Conflated;
        EventsExpired += now.Expired - before.Expired;
        before = now;
    }

    /// <summary>A connection has ended.</summary>
    /// <param name="code">The <see cref="CloseCode"/> that it was closed with; 0: the other end went away.</param>
    internal void CountClosed(int code) => _closed[code is >= 4000 and < 4500 ? 1 + ((code - 4000) / 100) : 0]++;
}
