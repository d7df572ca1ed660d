using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Persistence.Tck.Simulated;

public sealed class SimulatedFaultTests : IDisposable
{
    private static readonly StreamId _stream = new("channel/simulated");
    private readonly SimulatedStore _store = new();
    private readonly ReplyBox _box = new();

    public void Dispose() => _store.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task A_crash_loses_what_was_not_flushed_and_its_answers()
    {
        _store.Disk.Faults.TornFlushChance = 0;
        await AppendAsync(1);
        Append(2);
        Append(3);

        _store.Crash();
        _store.Pump();

        Assert.Single(await _box.WaitForAsync(1));
        Assert.Equal(1, await LastAsync());
        Assert.Equal(2, _store.Disk.Counts.WritesLost);
    }

    [Fact]
    public async Task A_crash_between_flush_and_answer_leaves_a_row_that_nobody_was_told_of()
    {
        _store.Disk.Faults.FlushMin = _store.Disk.Faults.FlushMax = TimeSpan.FromMilliseconds(1);
        _store.Disk.Faults.AnswerMax = TimeSpan.FromSeconds(10);
        Append(1);
        _store.Time.Advance(TimeSpan.FromMilliseconds(1));

        _store.Crash();
        _store.Pump();

        Assert.Empty(await _box.WaitForAsync(0));
        Assert.Equal(1, await LastAsync());
        Assert.Equal(1, _store.Disk.Counts.WritesKeptUnanswered);
    }

    [Fact]
    public async Task A_torn_flush_leaves_its_first_rows_and_over_many_crashes_all_sorts_of_them()
    {
        var ends = new HashSet<long>();
        for (ulong seed = 1; seed <= 60; seed++)
        {
            await using var store = new SimulatedStore(seed);
            store.Disk.Faults.TornFlushChance = 1;
            store.Disk.Faults.IsStalled = true;
            var box = new ReplyBox();
            store.Journal.Append(new StreamId("first"), 0, new JournalRow(1, 1, default), box);
            store.Pump();
            for (var sequence = 1; sequence <= 3; sequence++)
                store.Journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, default), box);
            store.Disk.Faults.IsStalled = false;

            store.Crash();
            store.Journal.Read(_stream, 1, 10, 10, null, box);
            store.Pump();
            var read = Assert.IsType<JournalReply.RowsRead>(Assert.Single(await box.WaitForAsync(1)));

            Assert.Equal(read.Last, read.Rows.Count);
            ends.Add(read.Last);
        }

        Assert.Equal([0L, 1, 2, 3], ends.Order());
    }

    [Fact]
    public async Task A_stalled_disk_answers_nothing_until_it_goes_on()
    {
        _store.Disk.Faults.IsStalled = true;
        Append(1);
        _store.Time.Advance(TimeSpan.FromHours(1));
        Append(2);
        _store.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await _box.WaitForAsync(0));

        _store.Disk.Faults.Heal();
        _store.Pump();

        Assert.Equal([new JournalReply.Appended(_stream, 1), new JournalReply.Appended(_stream, 2)], await _box.WaitForAsync(2));
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_serves_reads_and_goes_on_when_there_is_room()
    {
        await AppendAsync(1);
        _store.Disk.Faults.IsFull = true;
        Append(2);
        _store.Pump();
        Assert.Equal(JournalFault.Full, Assert.IsType<JournalReply.AppendFailed>((await _box.WaitForAsync(2))[1]).Fault);
        Assert.Equal(1, await LastAsync());

        _store.Disk.Faults.Heal();
        Append(2);
        _store.Pump();

        Assert.Equal(2, await LastAsync());
    }

    [Fact]
    public async Task An_unknown_commit_is_sometimes_written_and_sometimes_not()
    {
        _store.Disk.Faults.UnknownCommitChance = 1;
        var written = 0;
        for (var i = 0; i < 50; i++)
        {
            var stream = new StreamId($"channel/{i}");
            var box = new ReplyBox();
            _store.Journal.Append(stream, 0, new JournalRow(1, 1, default), box);
            _store.Journal.Load(stream, box);
            _store.Pump();

            var replies = await box.WaitForAsync(2);
            Assert.Equal(1, Assert.IsType<JournalReply.AppendUnknown>(replies[0]).Last);
            written += (int)Assert.IsType<JournalReply.Loaded>(replies[1]).Last;
        }

        Assert.InRange(written, 10, 40);
        Assert.Equal((written, 50 - written), (_store.Disk.Counts.UnknownWritten, _store.Disk.Counts.UnknownNotWritten));
    }

    [Fact]
    public async Task Reads_fail_by_chance()
    {
        _store.Disk.Faults.ReadFailureChance = 1;
        _store.Journal.Read(_stream, 1, 1, 1, "tag", _box);
        _store.Journal.Load(_stream, _box);
        _store.Pump();

        var replies = await _box.WaitForAsync(2);

        Assert.Equal("tag", Assert.IsType<JournalReply.ReadFailed>(replies[0]).Tag);
        Assert.IsType<JournalReply.ReadFailed>(replies[1]);
    }

    [Fact]
    public async Task A_restored_copy_has_lost_what_came_later_and_has_a_new_life()
    {
        await AppendAsync(1);
        var copy = _store.Disk.TakeCopy();
        await AppendAsync(2);
        var before = await LoadAsync();

        Assert.Throws<InvalidOperationException>(() => _store.Disk.Restore(copy));
        _store.Simulated.Dispose();
        _store.Disk.Restore(copy);
        using var journal = new SimulatedJournal(_store.Disk, _store.Time);
        var box = new ReplyBox();
        journal.Load(_stream, box);
        _store.Pump();
        var after = Assert.IsType<JournalReply.Loaded>(Assert.Single(await box.WaitForAsync(1)));

        Assert.Equal((2, 1), (before.Last, after.Last));
        Assert.NotEqual(before.Life, after.Life);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_run()
    {
        Assert.Equal(await TraceAsync(seed: 5), await TraceAsync(seed: 5));
        Assert.NotEqual(await TraceAsync(seed: 5), await TraceAsync(seed: 6));
    }

    private static async Task<string[]> TraceAsync(ulong seed)
    {
        await using var store = new SimulatedStore(seed);
        var trace = new List<string>();
        var box = new ReplyBox { OnTell = reply => trace.Add($"{store.Time.Elapsed.Ticks} {reply.GetType().Name} {reply.Stream}") };
        store.Disk.Faults.UnknownCommitChance = 0.2;
        for (var i = 0; i < 100; i++)
        {
            store.Journal.Append(new StreamId($"channel/{i % 3}"), i / 3, new JournalRow(i / 3 + 1, 1, default), box);
            store.Journal.Load(new StreamId($"channel/{i % 5}"), box);
            store.Time.Advance(TimeSpan.FromMicroseconds(300));
        }

        store.Pump();
        return [.. trace];
    }

    private void Append(long sequence) => _store.Journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, default), _box);

    private async Task AppendAsync(long sequence)
    {
        Append(sequence);
        _store.Pump();
        await _box.WaitForAsync((int)sequence);
    }

    private async Task<JournalReply.Loaded> LoadAsync()
    {
        var box = new ReplyBox();
        _store.Journal.Load(_stream, box);
        _store.Pump();
        return Assert.IsType<JournalReply.Loaded>(Assert.Single(await box.WaitForAsync(1)));
    }

    private async Task<long> LastAsync() => (await LoadAsync()).Last;
}
