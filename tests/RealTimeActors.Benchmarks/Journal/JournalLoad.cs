using System.Diagnostics;
using RealTimeActors.Actors;
using RealTimeActors.Benchmarks.Load;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Benchmarks.Journal;

/// <summary>Keeps so many rows in flight: every answer is followed by the next append of its stream, on the thread that told it; there may be several.</summary>
internal sealed class JournalLoad(IJournal journal, int streams, int inFlight, int rowEntries, int entryBytes)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Writer[] _writers = new Writer[streams];
    private readonly LatencyHistogram _latencies = new();
    private long _deadline;
    private int _inFlight;
    private long _rows;

    /// <summary>Runs for about the given time.</summary>
    internal async Task<JournalFigures> Run(string label, TimeSpan duration)
    {
        var payload = new byte[rowEntries * entryBytes];
        new Random(1).NextBytes(payload);
        var start = Stopwatch.GetTimestamp();
        _deadline = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (var i = 0; i < streams; i++)
            _writers[i] = new Writer(this, new StreamId($"{label}/{i}"), payload);

        _inFlight = inFlight;
        for (var i = 0; i < inFlight; i++)
            _writers[i % streams].AppendNext();

        await _ended.Task;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new JournalFigures(label, streams, inFlight, rowEntries, _rows / seconds, _rows * rowEntries / seconds, Micros(0.50), Micros(0.99), Micros(1));
    }

    private double Micros(double share) => _latencies.Percentile(share)?.TotalMicroseconds ?? 0;

    private void OnAppended(Writer writer, long sentAt)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_latencies)
        {
            _rows++;
            _latencies.Add(now - sentAt);
        }

        if (now < _deadline)
            writer.AppendNext();
        else if (Interlocked.Decrement(ref _inFlight) == 0)
            _ended.SetResult();
    }

    private sealed class Writer(JournalLoad load, StreamId stream, byte[] payload) : IActorRef<JournalReply>
    {
        private readonly Queue<long> _sentAt = new();
        private long _last;

        public ActorPath Path { get; } = new(null, "journal-load");

        internal void AppendNext()
        {
            long expectedLast;
            lock (_sentAt)
            {
                expectedLast = _last;
                _last += load.RowEntries;
                _sentAt.Enqueue(Stopwatch.GetTimestamp());
                load.Journal.Append(stream, expectedLast, new JournalRow(expectedLast + 1, load.RowEntries, payload), this);
            }
        }

        public void Tell(JournalReply message)
        {
            if (message is not JournalReply.Appended)
                throw new InvalidOperationException($"An append was expected to succeed; the answer is {message}.");

            long sentAt;
            lock (_sentAt)
                sentAt = _sentAt.Dequeue();

            load.OnAppended(this, sentAt);
        }
    }

    private IJournal Journal => journal;

    private int RowEntries => rowEntries;
}
