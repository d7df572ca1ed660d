using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class FullDiskTests
{
    private static readonly StreamId _stream = new("channel/full");

    [TmpfsFact]
    public async Task Says_so_when_the_disk_is_full_keeps_what_was_acknowledged_and_goes_on_when_there_is_room()
    {
        using var disk = new Tmpfs(6 << 20);
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[3 << 20]);
        await using (var journal = Open(disk))
        {
            var (acknowledged, failed) = await FillAsync(journal, last: 0);

            Assert.Equal((JournalFault.Full, acknowledged + 1), (failed.Fault, failed.Last));
            Assert.StartsWith("The disk of the journal is full", failed.Message, StringComparison.Ordinal);
            await AssertEndsAsync(journal, acknowledged);
            Assert.Equal(JournalFault.Full, Assert.IsType<JournalReply.AppendFailed>(await ReplyAsync(box => Append(journal, acknowledged + 1, box))).Fault);

            File.Delete(ballast);
            var (more, _) = await FillAsync(journal, acknowledged);

            Assert.True(more > acknowledged + 50, $"Only {more - acknowledged} rows found room where 3 MiB were freed.");
            await AssertEndsAsync(journal, more);
        }
    }

    [TmpfsFact]
    public async Task Knows_that_it_cannot_write_and_finds_out_without_a_writer_that_it_can_again()
    {
        using var disk = new Tmpfs(6 << 20);
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[3 << 20]);
        await using var journal = Open(disk);
        Assert.Null(journal.Outage);
        await FillAsync(journal, last: 0);

        var outage = journal.Outage;
        Assert.StartsWith("The disk of the journal is full. What was acknowledged is kept.", outage?.Told, StringComparison.Ordinal);
        Assert.StartsWith($"The disk of {journal.JournalFile} is full.", outage?.Report, StringComparison.Ordinal);
        File.Delete(ballast);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (journal.Outage is not null)
        {
            patience.Token.ThrowIfCancellationRequested();
            journal.Probe();
            await Task.Yield();
        }
    }

    [TmpfsFact]
    public async Task Nothing_that_failed_for_want_of_room_is_there_after_reopening()
    {
        using var disk = new Tmpfs(4 << 20);
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[1 << 20]);
        long acknowledged;
        await using (var journal = Open(disk))
            (acknowledged, _) = await FillAsync(journal, last: 0);

        File.Delete(ballast);
        await using var again = Open(disk);

        await AssertEndsAsync(again, acknowledged);
    }

    private static SqliteJournal Open(Tmpfs disk) =>
        SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = Path.Combine(disk.Path, "data"), CheckpointBytes = 256 << 10, WalBytesMax = 512 << 10 });

    private static void Append(SqliteJournal journal, long sequence, ReplyBox box) =>
        journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, new byte[20_000]), box);

    private static async Task<(long Acknowledged, JournalReply.AppendFailed Failed)> FillAsync(SqliteJournal journal, long last)
    {
        while (true)
        {
            switch (await ReplyAsync(box => Append(journal, last + 1, box)))
            {
                case JournalReply.Appended appended:
                    last = appended.Last;
                    break;
                case JournalReply.AppendFailed failed:
                    return (last, failed);
                case var other:
                    Assert.Fail($"Appended or AppendFailed was expected; {other} came.");
                    break;
            }
        }
    }

    private static async Task AssertEndsAsync(SqliteJournal journal, long last)
    {
        var read = Assert.IsType<JournalReply.RowsRead>(await ReplyAsync(box => journal.Read(_stream, 1, int.MaxValue, int.MaxValue, null, box)));
        Assert.Equal((last, last), (read.Last, read.Rows.Count));
    }

    private static async Task<JournalReply> ReplyAsync(Action<ReplyBox> call)
    {
        var box = new ReplyBox();
        call(box);
        return (await box.WaitForAsync(1))[0];
    }
}
