using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class MeasuringTests : IDisposable
{
    private const int Appends = 200;
    private static readonly StreamId _stream = new("channel/measured");
    private readonly Meter _meter = new("measuring-tests");
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, List<double>> _heard = new(StringComparer.Ordinal);
    private readonly SqliteStore _store;

    public MeasuringTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Hear(instrument.Name, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Hear(instrument.Name, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Hear(instrument.Name, value));
        _listener.Start();
        _store = new SqliteStore(options => options with { Meter = _meter });
    }

    public void Dispose()
    {
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Every_write_is_in_one_commit_and_every_commit_says_how_long_it_took()
    {
        var box = new ReplyBox();
        for (var sequence = 1; sequence <= Appends; sequence++)
            _store.Journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, new byte[10]), box);

        await box.WaitForAsync(Appends);

        Assert.Equal(Appends, Heard("realtime.journal.commit.writes").Sum());
        Assert.Equal(Appends * 10, Heard("realtime.journal.commit.size").Sum());
        var commits = Heard("realtime.journal.commit.writes").Count;
        Assert.Equal((commits, commits), (Heard("realtime.journal.append.duration").Count, Heard("realtime.journal.commit.duration").Count));
        Assert.All(Heard("realtime.journal.append.duration").Zip(Heard("realtime.journal.commit.duration")), pair => Assert.InRange(pair.Second, 0, pair.First));
    }

    [Fact]
    public async Task What_fails_is_counted_and_what_waits_is_nothing_in_the_end()
    {
        var box = new ReplyBox();
        _store.Journal.Append(_stream, 0, new JournalRow(1, 1, new byte[10]), box);
        _store.Journal.Append(_stream, 0, new JournalRow(1, 1, new byte[10]), box);
        var replies = await box.WaitForAsync(2);

        _listener.RecordObservableInstruments();

        Assert.IsType<JournalReply.AppendFailed>(replies[1]);
        Assert.Equal([1.0], Heard("realtime.journal.failures"));
        Assert.Equal((0, 0), (Heard("realtime.journal.queue.writes")[^1], Heard("realtime.journal.queue.size")[^1]));
    }

    private List<double> Heard(string name)
    {
        var list = _heard.GetOrAdd(name, _ => []);
        lock (list)
            return [.. list];
    }

    private void Hear(string name, double value)
    {
        var list = _heard.GetOrAdd(name, _ => []);
        lock (list)
            list.Add(value);
    }
}
