using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>The watched events of one channel at one edge. Bounded by count and by time.</summary>
internal sealed class AckWatches
{
    /// <summary>Watched publishes per channel and edge; beyond it the oldest is let go, and its publisher gets what was reported by then when the time runs out.</summary>
    internal const int WatchesMax = 1_000;

    /// <summary>So long after its end a watch goes by itself: the channel, which ends it, may be gone.</summary>
    private const long KeptAfterMs = 5_000;

    /// <summary>The oldest first.</summary>
    private readonly List<AckWatch> _open = [];

    internal bool IsEmpty => _open.Count == 0;

    /// <summary>The watch of these events, begun where it is not there.</summary>
    internal AckWatch Begin(string epoch, Watched watched)
    {
        if (_open.Find(known => known.Offset == watched.To && known.Epoch == epoch) is { } open)
            return open;

        var watch = new AckWatch(epoch, watched);
        _open.Add(watch);
        if (_open.Count > WatchesMax)
            _open.RemoveAt(0);

        return watch;
    }

    /// <summary>A session acked. True: somebody waits to be told of it.</summary>
    /// <param name="sessionId">Which.</param>
    /// <param name="epoch">Of this life of the log.</param>
    /// <param name="prefix">Everything up to here.</param>
    /// <param name="ahead">And these.</param>
    /// <param name="countsLate">Only for <see cref="PlantedBug.DeliveredCountsLateJoiner"/>.</param>
    /// <param name="counted">What it was waited for is added here.</param>
    internal bool Acked(string sessionId, string epoch, long prefix, IReadOnlyList<OffsetRange> ahead, bool countsLate, List<AwaitedAck> counted)
    {
        var isWorthTelling = false;
        foreach (var watch in _open)
        {
            if (!watch.IsCoveredBy(epoch, prefix, ahead))
                continue;

            if (watch.Ack(sessionId))
                counted.Add(watch.ToAwaited());

            if (countsLate)
                watch.CountLate(sessionId);

            isWorthTelling |= watch.IsWorthTelling;
        }

        return isWorthTelling;
    }

    /// <summary>A session is counted with these events elsewhere. True: somebody waits to be told of it.</summary>
    internal bool CountedElsewhere(string sessionId, string epoch, OffsetRange range)
    {
        if (_open.Find(open => open.Offset == range.To && open.Epoch == epoch) is not { } watch)
            return false;

        watch.TakeOut(sessionId);
        return watch.IsWorthTelling;
    }

    /// <summary>What is to be told, all in one; what is over is let go.</summary>
    internal List<AckReport> TakeReports()
    {
        var reports = new List<AckReport>();
        foreach (var watch in _open)
        {
            if (watch.IsWorthTelling)
                reports.Add(watch.Report(AckStage.Moved));
        }

        LetGo();
        return reports;
    }

    /// <summary>Lets go of what everybody has acked who was online.</summary>
    internal void LetGo() => _open.RemoveAll(watch => watch.Acked == watch.Of && !watch.MayGrow && !watch.IsMoved);

    /// <summary>The channel waits for it no longer. The last word; null: it is not watched.</summary>
    internal AckReport? End(string epoch, long offset, int namesMax)
    {
        var at = _open.FindIndex(watch => watch.Offset == offset && watch.Epoch == epoch);
        if (at < 0)
            return null;

        var watch = _open[at];
        _open.RemoveAt(at);
        return watch.Report(AckStage.Last, namesMax);
    }

    internal void Expire(long nowUnixMs) => _open.RemoveAll(watch => watch.EndsUnixMs + KeptAfterMs < nowUnixMs);

    /// <summary>What the session is waited for.</summary>
    internal List<AwaitedAck> WaitingFor(string sessionId)
    {
        var waiting = new List<AwaitedAck>();
        foreach (var watch in _open)
        {
            if (watch.IsWaitingFor(sessionId))
                waiting.Add(watch.ToAwaited());
        }

        return waiting;
    }
}
