using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Sqlite.Backup;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class BackupTests : IDisposable
{
    private static readonly StreamId _stream = new("channel/backed-up");
    private readonly TempDirectory _source = new();
    private readonly TempDirectory _target = new();

    private string BackupFile => Path.Combine(_source.Path, "backup.db");

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task A_backup_made_while_appending_is_whole_and_restores_with_a_new_life()
    {
        JournalReply.Loaded before;
        long acknowledgedBefore;
        await using (var journal = Open(_source))
        {
            var appender = new Appender(journal);
            appender.Start(inFlight: 50);
            acknowledgedBefore = await appender.WaitForAsync(5_000);
            await journal.BackupAsync(BackupFile);
            await appender.WaitForAsync(appender.Last + 1_000);
            before = await LoadAsync(journal);
        }

        SqliteBackup.Restore(BackupFile, _target.Path);

        await using var restored = Open(_target);
        var loaded = await LoadAsync(restored);
        var read = Assert.IsType<JournalReply.RowsRead>(await ReplyAsync(box => restored.Read(_stream, 1, int.MaxValue, int.MaxValue, null, box)));
        Assert.InRange(loaded.Last, acknowledgedBefore, before.Last);
        Assert.Equal(loaded.Last, read.Rows.Count);
        Assert.NotEqual(before.Life, loaded.Life);
        Assert.IsType<JournalReply.Appended>(await ReplyAsync(box => restored.Append(_stream, loaded.Last, new JournalRow(loaded.Last + 1, 1, default), box)));
    }

    [Fact]
    public async Task Every_restore_has_a_life_of_its_own()
    {
        await using (var journal = Open(_source))
            await journal.BackupAsync(BackupFile);

        var lives = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            SqliteBackup.Restore(BackupFile, _target.Path, overwrite: true);
            await using var journal = Open(_target);
            lives.Add((await LoadAsync(journal)).Life);
        }

        Assert.NotEqual(lives[0], lives[1]);
    }

    [Fact]
    public async Task Replaces_a_journal_only_when_asked_and_keeps_the_old_one()
    {
        await using (var journal = Open(_source))
        {
            await ReplyAsync(box => journal.Append(_stream, 0, new JournalRow(1, 1, default), box));
            await journal.BackupAsync(BackupFile);
            await ReplyAsync(box => journal.Append(_stream, 1, new JournalRow(2, 1, default), box));
        }

        var refused = Assert.Throws<SqliteJournalException>(() => SqliteBackup.Restore(BackupFile, _source.Path));
        SqliteBackup.Restore(BackupFile, _source.Path, overwrite: true);

        Assert.Equal(JournalFault.Conflict, refused.Fault);
        Assert.True(File.Exists(Path.Combine(_source.Path, "journal.db.replaced")));
        await using var restored = Open(_source);
        Assert.Equal(1, (await LoadAsync(restored)).Last);
    }

    [Fact]
    public async Task Refuses_to_restore_under_a_running_server()
    {
        await using var journal = Open(_source);
        await journal.BackupAsync(BackupFile);

        var refused = Assert.Throws<SqliteJournalException>(() => SqliteBackup.Restore(BackupFile, _source.Path, overwrite: true));

        Assert.Contains("is being used by another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_damaged_backup_and_restores_nothing()
    {
        await using (var journal = Open(_source))
        {
            await ReplyAsync(box => journal.Append(_stream, 0, new JournalRow(1, 1, "the only payload"u8.ToArray()), box));
            await journal.BackupAsync(BackupFile);
        }

        var bytes = File.ReadAllBytes(BackupFile);
        bytes[bytes.AsSpan().IndexOf("the only payload"u8)] ^= 1;
        File.WriteAllBytes(BackupFile, bytes);

        var refused = Assert.Throws<SqliteJournalException>(() => SqliteBackup.Restore(BackupFile, _target.Path));

        Assert.Equal(JournalFault.Damaged, refused.Fault);
        Assert.Contains(BackupFile, refused.Message, StringComparison.Ordinal);
        Assert.Equal(["journal.lock"], Directory.GetFiles(_target.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Does_not_write_a_backup_over_a_file_that_is_there()
    {
        await using var journal = Open(_source);
        File.WriteAllText(BackupFile, "something dear");

        await Assert.ThrowsAsync<SqliteJournalException>(() => journal.BackupAsync(BackupFile));

        Assert.Equal("something dear", File.ReadAllText(BackupFile));
        Assert.False(File.Exists(BackupFile + ".partial"));
    }

    private static SqliteJournal Open(TempDirectory directory) => SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = directory.Path });

    private static async Task<JournalReply.Loaded> LoadAsync(SqliteJournal journal) =>
        Assert.IsType<JournalReply.Loaded>(await ReplyAsync(box => journal.Load(_stream, box)));

    private static async Task<JournalReply> ReplyAsync(Action<ReplyBox> call)
    {
        var box = new ReplyBox();
        call(box);
        return (await box.WaitForAsync(1))[0];
    }

    /// <summary>Appends without end, until the journal closes.</summary>
    private sealed class Appender(SqliteJournal journal) : IActorRef<JournalReply>
    {
        private readonly Lock _gate = new();
        private int _inFlight;
        private (long Last, TaskCompletionSource Reached) _wanted = (long.MaxValue, new());

        public ActorPath Path { get; } = new(null, "appender");

        internal long Last { get; private set; }

        internal void Start(int inFlight)
        {
            _inFlight = inFlight;
            for (var sequence = 1; sequence <= inFlight; sequence++)
                Append(sequence);
        }

        internal async Task<long> WaitForAsync(long last)
        {
            lock (_gate)
                _wanted = (last, new(TaskCreationOptions.RunContinuationsAsynchronously));

            await _wanted.Reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
            return Last;
        }

        public void Tell(JournalReply message)
        {
            if (message is not JournalReply.Appended appended)
                return;

            lock (_gate)
            {
                Last = appended.Last;
                if (Last >= _wanted.Last)
                    _wanted.Reached.TrySetResult();
            }

            Append(appended.Last + _inFlight);
        }

        private void Append(long sequence) => journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, new byte[300]), this);
    }
}
