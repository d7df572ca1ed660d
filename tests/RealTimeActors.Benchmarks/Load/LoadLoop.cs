using System.Diagnostics;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>All connections of one run, driven by one thread. The dialect-independent half; see <see cref="LoadLoop{TDialect}"/>.</summary>
internal abstract class LoadLoop : IDisposable
{
    private readonly List<LoadConnection> _connections = [];

    internal IReadOnlyList<LoadConnection> Connections => _connections;

    /// <summary>While false no publisher sends anything new. See <see cref="StartPublishing"/>.</summary>
    internal bool Publishing { get; set; }

    /// <summary>A subscriber acks each time it is this many events ahead of its last ack; 0 for never.</summary>
    internal int AckEvery { get; init; }

    internal long Acks { get; private protected set; }

    internal long Reads { get; private protected set; }

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

    /// <summary>Opens a connection and greets. It is ready once the loop has run long enough; see <see cref="Until"/>.</summary>
    internal abstract LoadConnection Connect(LoadChannel channel, bool subscribes);

    /// <summary>Handles what is ready, waiting for at most <paramref name="timeoutMs"/>.</summary>
    internal abstract void Turn(int timeoutMs);

    /// <summary>Lets every publisher send what it may; from then on the answers set its pace.</summary>
    internal abstract void StartPublishing();

    internal void For(TimeSpan time)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < time) Turn(timeoutMs: 10);
    }

    /// <summary>Runs until <paramref name="done"/>; a <see cref="BenchmarkFailure"/> saying <paramref name="what"/> was awaited when it takes too long.</summary>
    internal void Until(Func<bool> done, TimeSpan within, Func<string> what)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(begin) > within) throw new BenchmarkFailure($"waited {within.TotalSeconds:0} s for {what()}");
            Turn(timeoutMs: 10);
        }
    }

    public virtual void Dispose()
    {
        foreach (var connection in _connections) connection.Socket.Dispose();
    }

    private protected void Add(LoadConnection connection) => _connections.Add(connection);
}
