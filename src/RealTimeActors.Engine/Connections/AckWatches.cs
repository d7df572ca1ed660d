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

    /// <summary>Sessions that are remembered of watches that everybody has acked; beyond it the oldest watches are forgotten, and a session of theirs that is counted elsewhere, too, stays counted twice.</summary>
    internal const int KeptSessionsMax = 10_000;

    /// <summary>The oldest first.</summary>
    private readonly List<AckWatch> _open = [];

    /// <summary>Those that everybody has acked, the oldest first: other edges may be waited for still, and a session be counted there, too.</summary>
    private readonly List<AckWatch> _done = [];

    /// <summary>Whether one of those has changed since: they may be a thousand, and are not looked through with every ack.</summary>
    private bool _isDoneMoved;

    /// <summary>Whether nobody is waited for.</summary>
    internal bool IsEmpty => _open.Count == 0;

    /// <summary>The watch of these events, begun where it is not there.</summary>
    internal AckWatch Begin(string epoch, Watched watched)
    {
        if (Find(_open, epoch, watched.To) is { } open)
            return open;

        var watch = Find(_done, epoch, watched.To) ?? new AckWatch(epoch, watched);
        _done.Remove(watch);
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
        if ((Find(_open, epoch, range.To) ?? Find(_done, epoch, range.To)) is not { } watch)
            return false;

        watch.TakeOut(sessionId);
        _isDoneMoved = true;
        return watch.IsWorthTelling;
    }

    /// <summary>What is to be told, all in one; what is over is let go.</summary>
    internal List<AckReport> TakeReports()
    {
        var reports = new List<AckReport>();
        foreach (var watch in _isDoneMoved ? _open.Concat(_done) : _open)
        {
            if (watch.IsWorthTelling)
                reports.Add(watch.Report(AckStage.Moved));
        }

        _isDoneMoved = false;
        LetGo();
        return reports;
    }

    /// <summary>Lets go of what everybody has acked who was online. Who that was is kept for a while.</summary>
    internal void LetGo()
    {
        if (!_open.Exists(watch => watch.IsDone))
            return;

        _done.AddRange(_open.Where(watch => watch.IsDone && watch.Of > 0));
        _open.RemoveAll(watch => watch.IsDone);
        var sessions = _done.Sum(watch => watch.Of);
        var forgotten = 0;
        while (sessions > KeptSessionsMax || _done.Count - forgotten > WatchesMax)
            sessions -= _done[forgotten++].Of;

        _done.RemoveRange(0, forgotten);
    }

    /// <summary>The channel waits for it no longer. The last word; null: it is not watched.</summary>
    internal AckReport? End(string epoch, long offset, int namesMax)
    {
        if ((Find(_open, epoch, offset) ?? Find(_done, epoch, offset)) is not { } watch)
            return null;

        _open.Remove(watch);
        _done.Remove(watch);
        return watch.Report(AckStage.Last, namesMax);
    }

    internal void Expire(long nowUnixMs)
    {
        _open.RemoveAll(watch => watch.EndsUnixMs + KeptAfterMs < nowUnixMs);
        _done.RemoveAll(watch => watch.EndsUnixMs < nowUnixMs);
    }

    /// <summary>What the session is waited for.</summary>
    internal List<AwaitedAck> WaitingFor(string sessionId) => [.. _open.Where(watch => watch.IsWaitingFor(sessionId)).Select(watch => watch.ToAwaited())];

    /// <summary>What the session is among those who acked of.</summary>
    internal List<AwaitedAck> CountedFor(string sessionId) => [.. _done.Concat(_open).Where(watch => watch.HasCounted(sessionId)).Select(watch => watch.ToAwaited())];

    private static AckWatch? Find(List<AckWatch> watches, string epoch, long offset) => watches.FindLast(watch => watch.Offset == offset && watch.Epoch == epoch);
}
