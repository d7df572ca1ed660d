using System.Diagnostics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>All connections of one run, driven by one thread. The dialect-independent half; see <see cref="LoadLoop{TDialect}"/>.</summary>
internal abstract class LoadLoop : IDisposable
{
    // As many as fit into the shortest queue of connections that a server of these lets the kernel keep for it.
    private const int UpgradingMax = 64;

    private readonly List<LoadConnection> _connections = [];
    private readonly List<LoadPublisher> _openLoops = [];

    internal IReadOnlyList<LoadConnection> Connections => _connections;

    /// <summary>While false no publisher sends anything new. See <see cref="StartPublishing"/>.</summary>
    internal bool Publishing { get; private set; }

    /// <summary>A subscriber acks each time it is this many events ahead of its last ack; 0 for never.</summary>
    internal int AckEvery { get; init; }

    internal long Acks { get; private protected set; }

    internal long Reads { get; private protected set; }

    /// <summary>From publish to receipt, of every publisher but those that have a histogram of their own.</summary>
    internal LatencyHistogram Latencies { get; } = new();

    internal long Deliveries
    {
        get
        {
            var sum = 0L;
            foreach (var connection in _connections)
            {
                if (connection.Subscribes) sum += connection.Offset - connection.Skipped;
            }

            return sum;
        }
    }

    internal long Answered => _connections.Sum(connection => connection.Publisher?.Answered ?? 0);

    internal long Skipped => _connections.Sum(connection => connection.Skipped);

    /// <summary>Connections whose upgrade is still to be answered.</summary>
    private protected int Upgrading { get; set; }

    private protected IReadOnlyList<LoadPublisher> OpenLoops => _openLoops;

    /// <summary>Opens a connection. It upgrades, greets and is ready once the loop has run long enough; see <see cref="Until"/>.</summary>
    internal LoadConnection Connect(LoadChannel channel, bool subscribes, SocketBuffers? buffers = null)
    {
        while (Upgrading >= UpgradingMax) Turn(timeoutMs: 10);
        var connection = Open(_connections.Count, channel, subscribes, former: null, buffers);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Closes the connection from this side; see <see cref="Return"/>.</summary>
    internal static void Drop(LoadConnection connection)
    {
        connection.Tls?.Dispose();
        connection.Socket.Dispose();
    }

    /// <summary>Takes up again where a dropped connection was, as the same client.</summary>
    internal void Return(LoadConnection former)
    {
        while (Upgrading >= UpgradingMax) Turn(timeoutMs: 10);
        _connections[former.Tag] = Open(former.Tag, former.Channel, former.Subscribes, former, buffers: null);
    }

    /// <summary>Handles what is ready, waiting for at most <paramref name="timeoutMs"/>.</summary>
    internal abstract void Turn(int timeoutMs);

    /// <summary>Stops reading from the connection, or reads it only at the given pace.</summary>
    internal abstract void Slow(LoadConnection connection, ReadPace? pace);

    /// <summary>Every subscriber acks all it has.</summary>
    internal abstract void AckAll();

    /// <summary>Lets every publisher send what it may; from then on the answers, or the clock, set its pace.</summary>
    internal void StartPublishing()
    {
        var now = Stopwatch.GetTimestamp();
        _openLoops.Clear();
        foreach (var connection in _connections)
        {
            if (connection.Publisher is not { OpenLoop: { } openLoop } publisher) continue;
            openLoop.Start(now, publisher.Published);
            _openLoops.Add(publisher);
        }

        Publishing = true;
        foreach (var connection in _connections) Publish(connection);
    }

    internal void StopPublishing() => Publishing = false;

    internal void For(TimeSpan time)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < time) Turn(UntilDue(10));
    }

    /// <summary>Runs until <paramref name="done"/>; a <see cref="BenchmarkFailure"/> saying <paramref name="what"/> was awaited when it takes too long.</summary>
    internal void Until(Func<bool> done, TimeSpan within, Func<string> what)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(begin) > within) throw new BenchmarkFailure($"waited {within.TotalSeconds:0} s for {what()}");
            Turn(UntilDue(10));
        }
    }

    /// <summary>Waits for every connection to be greeted and subscribed.</summary>
    internal void UntilReady() => Until(
        () => _connections.TrueForAll(connection => connection.Ready),
        TimeSpan.FromSeconds(60),
        () => $"{_connections.Count(connection => !connection.Ready)} of {_connections.Count} connections to be greeted and subscribed");

    /// <summary>Every publish was answered once, and every subscriber got every offset up to its channel's last: the loop fails on a hole, this on a missing end.</summary>
    internal void SeeThatNothingIsMissing()
    {
        StopPublishing();
        Until(
            () => _connections.TrueForAll(IsDone),
            TimeSpan.FromSeconds(20),
            () => _connections.First(connection => !IsDone(connection)) is { Subscribes: true } one
                ? $"connection {one.Tag} of '{one.Channel.Name}' to go on from offset {one.Offset} of {one.Channel.Publisher!.Published}"
                : "the last receipts");
        if (Skipped > 0) throw new BenchmarkFailure($"{Skipped} events were skipped; the run asked for all");
    }

    public virtual void Dispose()
    {
        foreach (var connection in _connections) Drop(connection);
    }

    private static bool IsDone(LoadConnection connection) => connection.Subscribes
        ? connection.IsStalled || connection.Offset == connection.Channel.Publisher!.Published
        : connection.Publisher is not { } publisher || publisher.Answered == publisher.Published;

    private protected abstract LoadConnection Open(int tag, LoadChannel channel, bool subscribes, LoadConnection? former, SocketBuffers? buffers);

    private protected abstract void Publish(LoadConnection connection);

    // The kernel's clock for this is too coarse below a millisecond: that remainder is spent asking again and again.
    private int UntilDue(int timeoutMs)
    {
        if (!Publishing || _openLoops.Count == 0) return timeoutMs;
        var now = Stopwatch.GetTimestamp();
        foreach (var publisher in _openLoops)
        {
            if (!publisher.IsOn) continue;
            var left = publisher.OpenLoop!.IntendedAt(publisher.Published + 1) - now;
            timeoutMs = (int)Math.Clamp(left / OpenLoop.TicksPerMs, 0, timeoutMs);
        }

        return timeoutMs;
    }
}
