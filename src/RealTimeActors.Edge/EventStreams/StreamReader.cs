using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>One request that reads a channel's stream.</summary>
/// <param name="channel">What it reads.</param>
/// <param name="identity">Who it is.</param>
/// <param name="makeFeed">Makes the feed where it is the first.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock.</param>
/// <param name="abort">Ends the request though it may be in the middle of a write.</param>
internal sealed class StreamReader(ChannelName channel, Identity identity, Func<IChannelFeed> makeFeed, EdgeOptions options, TimeProvider time, Action abort) : IFeedReader, ILookedAt
{
    private readonly TaskCompletionSource<ChannelFeed?> _feed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Wakeup _wakeup = new();
    private volatile ServerFrame.Close? _closed;
    private long _closedAt;
    private long _writingSince;
    private long _wroteAt = time.GetTimestamp();
    private long _written;

    public ChannelName Channel => channel;

    public Identity Identity => identity;

    /// <summary>Its place among those who wait for the feed; -1: it does not. The feed's.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>Why it is over; null: it goes on.</summary>
    internal ServerFrame.Close? ClosedBy => _closed;

    /// <summary>Completes with the feed; null: it was closed before.</summary>
    internal Task<ChannelFeed?> Feed => _feed.Task;

    /// <summary>Whether it was silent for so long that a sign of life is due.</summary>
    internal bool IsHeartbeatDue => time.GetElapsedTime(Interlocked.Read(ref _wroteAt)) >= options.StreamHeartbeat;

    internal long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public IChannelFeed MakeFeed() => makeFeed();

    public void Opened(IChannelFeed feed) => _feed.TrySetResult((ChannelFeed)feed);

    public void Closed(int code, string reason, long afterMs)
    {
        Interlocked.Exchange(ref _closedAt, time.GetTimestamp());
        _closed = new ServerFrame.Close(code, reason) { AfterMs = afterMs };
        _feed.TrySetResult(null);
        Wake();
    }

    public long TakeWritten() => Interlocked.Exchange(ref _written, 0);

    internal void Wrote(int events) => Interlocked.Add(ref _written, events);

    internal void Wake() => _wakeup.Signal();

    internal ValueTask WaitAsync() => _wakeup.WaitAsync();

    /// <summary>It begins or ends a write.</summary>
    internal void Writes(bool begins)
    {
        var now = time.GetTimestamp();
        Interlocked.Exchange(ref _writingSince, begins ? now : 0);
        Interlocked.Exchange(ref _wroteAt, now);
    }

    public void Look()
    {
        var writingSince = Interlocked.Read(ref _writingSince);
        if (writingSince == 0)
        {
            if (IsHeartbeatDue)
                Wake();

            return;
        }

        // Its client takes next to nothing, or nothing more although the stream is over.
        var isOver = _closed is not null && time.GetElapsedTime(Interlocked.Read(ref _closedAt)) >= options.LastWriteWithin;
        if (isOver || time.GetElapsedTime(writingSince) >= options.StreamWriteWithin)
            abort();
    }
}
