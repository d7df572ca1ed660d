using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Tck.Stores;
using SQLitePCL;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class OpeningTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string JournalFile => Path.Combine(_directory.Path, "journal.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Refuses_a_second_opener_until_the_first_has_closed()
    {
        var first = Open();

        var refused = Assert.Throws<SqliteJournalException>(Open);
        await first.DisposeAsync();
        await using var second = Open();

        Assert.Equal(JournalFault.Unavailable, refused.Fault);
        Assert.Contains("is being used by another process", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_directory.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_file_of_a_newer_version_and_leaves_it_alone()
    {
        await Open().DisposeAsync();
        Execute("PRAGMA user_version = 99");

        var refused = Assert.Throws<SqliteJournalException>(Open);

        Assert.Equal(JournalFault.Damaged, refused.Fault);
        Assert.Contains("is of version 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_database_of_another_program_and_leaves_it_alone()
    {
        File.WriteAllBytes(JournalFile, []);
        Execute("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')");
        var before = File.ReadAllBytes(JournalFile);

        var refused = Assert.Throws<SqliteJournalException>(Open);

        Assert.Equal(JournalFault.Damaged, refused.Fault);
        Assert.Contains("is not a journal of RealTimeActors", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(JournalFile));
    }

    [Fact]
    public void Refuses_a_file_that_is_no_database()
    {
        File.WriteAllText(JournalFile, string.Concat(Enumerable.Repeat("Dear diary, ", 1_000)));

        var refused = Assert.Throws<SqliteJournalException>(Open);

        Assert.Equal(JournalFault.Damaged, refused.Fault);
        Assert.Contains(JournalFile, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("Dear diary", File.ReadAllText(JournalFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_its_files_to_the_owner()
    {
        await using var journal = Open();
        var box = new ReplyBox();
        journal.Append(new StreamId("a"), 0, new JournalRow(1, 1, "x"u8.ToArray()), box);
        await box.WaitForAsync(1);

        var files = Directory.GetFiles(_directory.Path);

        Assert.Equal(["journal.db", "journal.db-shm", "journal.db-wal", "journal.lock"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Answers_calls_after_closing_as_unavailable()
    {
        var journal = Open();
        await journal.DisposeAsync();

        var box = new ReplyBox();
        journal.Append(new StreamId("a"), 0, new JournalRow(1, 1, default), box);
        journal.Load(new StreamId("a"), box);
        var replies = await box.WaitForAsync(2);

        Assert.Equal(JournalFault.Unavailable, Assert.IsType<JournalReply.AppendFailed>(replies[0]).Fault);
        Assert.Equal(JournalFault.Unavailable, Assert.IsType<JournalReply.ReadFailed>(replies[1]).Fault);
    }

    private SqliteJournal Open() => SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = _directory.Path });

    private void Execute(string sql)
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(JournalFile, out var database));
        using (database)
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, sql));
    }
}
