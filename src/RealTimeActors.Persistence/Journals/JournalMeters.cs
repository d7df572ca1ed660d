using System.Diagnostics.Metrics;

namespace RealTimeActors.Persistence.Journals;

/// <summary>What a journal records, whichever store it is of: once per group commit, by the writer that carried it out.</summary>
public sealed class JournalMeters
{
    private readonly TimeProvider _time;
    private readonly Histogram<double> _appends;
    private readonly Histogram<double> _commits;
    private readonly Histogram<long> _rows;
    private readonly Histogram<long> _bytes;
    private readonly Counter<long> _failures;

    /// <summary>Makes the instruments; what waits is looked at when somebody asks.</summary>
    /// <param name="meter">Where they are.</param>
    /// <param name="time">The clock whose time stamps <see cref="IMeasuredWrite.ToldAt"/> and <see cref="Committed"/> are given.</param>
    /// <param name="writes">How many writes wait.</param>
    /// <param name="writeBytes">How many payload bytes they hold.</param>
    /// <param name="reads">How many reads, loads and lists wait or are under way.</param>
    public JournalMeters(Meter meter, TimeProvider time, Func<int> writes, Func<long> writeBytes, Func<int> reads)
    {
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
        var rows = new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192] };
        var bytes = new InstrumentAdvice<long> { HistogramBucketBoundaries = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216] };
        _appends = meter.CreateHistogram("realtime.journal.append.duration", "s", "From telling an append to its being durable: of each commit the one that waited longest.", tags: null, seconds);
        _commits = meter.CreateHistogram("realtime.journal.commit.duration", "s", "How long a group commit took, flush and round trip included.", tags: null, seconds);
        _rows = meter.CreateHistogram("realtime.journal.commit.writes", "{write}", "Appends, trims, deletes and snapshots in one commit.", tags: null, rows);
        _bytes = meter.CreateHistogram("realtime.journal.commit.size", "By", "Payload bytes in one commit.", tags: null, bytes);
        _failures = meter.CreateCounter<long>("realtime.journal.failures", "{write}", "Writes that failed, by what was wrong; unknown: it could not be learnt.");
        meter.CreateObservableUpDownCounter("realtime.journal.queue.writes", writes, "{write}", "Writes that wait for the store.");
        meter.CreateObservableUpDownCounter("realtime.journal.queue.size", writeBytes, "By", "Payload bytes that wait for the store.");
        meter.CreateObservableUpDownCounter("realtime.journal.queue.reads", reads, "{read}", "Reads, loads and lists that wait or are under way.");
    }

    /// <summary>The moment; 0 where nobody listens.</summary>
    public long Now() => _appends.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>A group was carried out; nothing is recorded of an empty one.</summary>
    /// <param name="group">Its writes, each with its answer.</param>
    /// <param name="begun">The time stamp of its beginning.</param>
    public void Committed(IReadOnlyList<IMeasuredWrite> group, long begun)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Count == 0)
            return;

        var now = _time.GetTimestamp();
        var oldest = long.MaxValue;
        var bytes = 0L;
        foreach (var work in group)
        {
            bytes += work.IsRefused ? 0 : work.Bytes;
            if (work is { ToldAt: > 0, Answer: JournalReply.Appended })
                oldest = Math.Min(oldest, work.ToldAt);
            else if (FaultOf(work.Answer) is { } fault)
                _failures.Add(1, new KeyValuePair<string, object?>("fault", fault));
        }

        _commits.Record(_time.GetElapsedTime(begun, now).TotalSeconds);
        _rows.Record(group.Count);
        _bytes.Record(bytes);
        if (oldest != long.MaxValue)
            _appends.Record(_time.GetElapsedTime(oldest, now).TotalSeconds);
    }

    private static string? FaultOf(JournalReply reply) => reply switch
    {
        JournalReply.AppendFailed failed => NameOf(failed.Fault),
        JournalReply.AppendUnknown => "unknown",
        JournalReply.SnapshotFailed failed => NameOf(failed.Fault),
        JournalReply.TrimFailed failed => NameOf(failed.Fault),
        JournalReply.DeleteFailed failed => NameOf(failed.Fault),
        _ => null,
    };

    private static string NameOf(JournalFault fault) => fault.ToString().ToLowerInvariant();
}
