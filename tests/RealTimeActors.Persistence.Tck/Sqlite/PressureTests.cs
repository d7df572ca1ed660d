using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Tck.Stores;
using SQLitePCL;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class PressureTests : IDisposable
{
    private static readonly StreamId _stream = new("channel/pressed");
    private static readonly StreamId _other = new("channel/other");
    private readonly SqliteStore _store = new(options => options with { WritesMax = 10, ReadsMax = 2, Readers = 1, GroupWritesMax = 1_000, WalBytesMax = 1 << 20, CheckpointBytes = 256 << 10 });
    private readonly ReplyBox _box = new();

    public void Dispose() => _store.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Fact]
    public async Task Refuses_writes_above_its_bound_in_their_order()
    {
        using var writer = new Hold();
        _store.Journal.Append(_other, 0, Row(1), writer.Box);
        await writer.Held;
        for (var sequence = 1; sequence <= 15; sequence++)
            _store.Journal.Append(_stream, sequence - 1, Row(sequence), _box);

        writer.LetGo();
        var replies = await _box.WaitForAsync(15);

        Assert.Equal(Enumerable.Range(1, 10).Select(last => new JournalReply.Appended(_stream, last)), replies.Take(10));
        Assert.Equal(
            Enumerable.Range(11, 5).Select(last => (JournalFault.Overloaded, (long)last)),
            replies.Skip(10).Cast<JournalReply.AppendFailed>().Select(failed => (failed.Fault, failed.Last)));
    }

    [Fact]
    public async Task Refuses_reads_above_its_bound()
    {
        using var reader = new Hold();
        _store.Journal.Load(_other, reader.Box);
        await reader.Held;
        for (var i = 0; i < 3; i++)
            _store.Journal.Read(_stream, 1, 1, 1, i, _box);

        reader.LetGo();
        var replies = await _box.WaitForAsync(3);

        var refused = Assert.Single(replies.OfType<JournalReply.ReadFailed>());
        Assert.Equal((JournalFault.Overloaded, 2), (refused.Fault, (int)refused.Tag!));
    }

    [Fact]
    public async Task Appends_do_not_wait_for_a_reader_and_a_read_called_before_them_does_not_show_them()
    {
        _store.Journal.Append(_stream, 0, Row(1), _box);
        await _box.WaitForAsync(1);
        using var reader = new Hold();
        _store.Journal.Load(_other, reader.Box);
        await reader.Held;

        var reads = new ReplyBox();
        _store.Journal.Read(_stream, 1, 100, 100_000, null, reads);
        _store.Journal.Load(_stream, reads);
        _store.Journal.Append(_stream, 1, Row(2), _box);
        var appended = (await _box.WaitForAsync(2))[1];
        reader.LetGo();
        var replies = await reads.WaitForAsync(2);

        Assert.Equal(new JournalReply.Appended(_stream, 2), appended);
        Assert.Equal([1L], Assert.IsType<JournalReply.RowsRead>(replies[0]).Rows.Select(row => row.Last));
        Assert.Equal(1, Assert.IsType<JournalReply.Loaded>(replies[1]).Last);
    }

    [Fact]
    public async Task Rows_of_trimmed_and_deleted_streams_are_removed_from_the_file()
    {
        const int Rows = 10;
        for (var i = 0; i < 400; i++)
        {
            for (var sequence = 1; sequence <= Rows; sequence++)
                _store.Journal.Append(new StreamId($"session/{i}"), sequence - 1, Row(sequence), _box);
            await _box.WaitForAsync((i + 1) * Rows);
        }

        var changes = new ReplyBox();
        for (var i = 0; i < 400; i += 2)
        {
            _store.Journal.Trim(new StreamId($"session/{i}"), Rows - 1, changes);
            _store.Journal.Delete(new StreamId($"session/{i + 1}"), changes);
            await changes.WaitForAsync(i + 2);
        }

        // What is left to do stands in the file: reopening goes on with it, and it goes on while nobody writes.
        await _store.ReopenAsync();
        Assert.True(SpinWait.SpinUntil(() => Count("SELECT count(*) FROM rows") == 200, TimeSpan.FromSeconds(60)), $"{Count("SELECT count(*) FROM rows")} rows are left; 200 were expected.");
        Assert.Equal(0, Count("SELECT count(*) FROM graves") + Count("SELECT count(*) FROM streams WHERE reclaimed < trim"));
    }

    [Fact]
    public async Task The_log_stays_bounded_while_rows_stream_in()
    {
        var payload = new byte[8_000];
        for (var sequence = 1; sequence <= 3_000; sequence++)
        {
            _store.Journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, payload), _box);
            if (sequence % 5 == 0)
                await _box.WaitForAsync(sequence);
        }

        var logBytes = new FileInfo(_store.Sqlite.JournalFile + "-wal").Length;

        // 24 MB went through it; it begins again at 1 MiB, give or take what a commit and a checkpoint take.
        Assert.InRange(logBytes, 1, 6 << 20);
    }

    private static JournalRow Row(long sequence) => new(sequence, 1, new byte[10]);

    private long Count(string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(_store.Sqlite.JournalFile, out var database, raw.SQLITE_OPEN_READONLY, null));
        using (database)
        {
            _ = raw.sqlite3_busy_timeout(database, 5_000);
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, sql, out var statement));
            using (statement)
            {
                Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(statement));
                return raw.sqlite3_column_int64(statement, 0);
            }
        }
    }

    /// <summary>Holds the journal's thread that tells the answer, until it is let go.</summary>
    private sealed class Hold : IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Hold() => Box = new ReplyBox
        {
            OnTell = _ =>
            {
                _held.TrySetResult();
                _go.Wait();
            },
        };

        internal ReplyBox Box { get; }

        internal Task Held => _held.Task.WaitAsync(TimeSpan.FromSeconds(60));

        internal void LetGo() => _go.Set();

        public void Dispose()
        {
            _go.Set();
            _held.TrySetResult();
        }
    }
}
