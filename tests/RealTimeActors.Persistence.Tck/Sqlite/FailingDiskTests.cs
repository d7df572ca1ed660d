using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class FailingDiskTests
{
    private static readonly StreamId _stream = new("channel/failing");

    [FailingDiskFact]
    public async Task A_disk_that_fails_under_load_is_told_and_every_acknowledged_row_is_there_after_the_power_is_back()
    {
        using var disk = new FailingDisk();
        long acknowledged;
        await using (var journal = Open(disk))
        {
            // The disk fails between two commits, on the writer's thread: shutting ext4 down while a flush is under way lets that flush succeed although its
            // bytes are lost (16 of 60 times with nothing but pwrite and fdatasync on Linux 6.18), which no real loss of power does.
            var box = new ReplyBox();
            box.OnTell = reply =>
            {
                if (reply is JournalReply.Appended { Last: 1_000 })
                    disk.Fail();
            };
            for (var sequence = 1; sequence <= 5_000; sequence++)
                journal.Append(_stream, sequence - 1, Row(sequence), box);

            var replies = await box.WaitForAsync(5_000);
            acknowledged = replies.OfType<JournalReply.Appended>().Last().Last;
            Assert.Equal(acknowledged, replies.OfType<JournalReply.Appended>().Count());
            Assert.InRange(acknowledged, 1_000, 4_999);
            Assert.All(replies.Skip((int)acknowledged), reply => Assert.True(
                reply is JournalReply.AppendUnknown or JournalReply.AppendFailed { Fault: JournalFault.Unavailable or JournalFault.Conflict or JournalFault.Damaged }, reply.ToString()));
        }

        disk.Restart();
        await using var again = Open(disk);
        var read = Assert.IsType<JournalReply.RowsRead>(await ReplyAsync(box => again.Read(_stream, 1, int.MaxValue, int.MaxValue, null, box)));

        Assert.True(read.Last >= acknowledged, $"{acknowledged} rows were acknowledged, {read.Last} are there.");
        Assert.Equal(read.Last, read.Rows.Count);
        Assert.IsType<JournalReply.Appended>(await ReplyAsync(box => again.Append(_stream, read.Last, Row(read.Last + 1), box)));
    }

    [FailingDiskFact]
    public async Task A_commit_that_fails_in_its_flush_is_unknown_and_nothing_is_read_until_it_is_settled()
    {
        using var disk = new FailingDisk();
        await using var journal = Open(disk);
        Assert.IsType<JournalReply.Appended>(await ReplyAsync(box => journal.Append(_stream, 0, Row(1), box)));

        disk.Fail();
        var append = await ReplyAsync(box => journal.Append(_stream, 1, Row(2), box));
        var load = await ReplyAsync(box => journal.Load(_stream, box));
        var later = await ReplyAsync(box => journal.Append(_stream, 1, Row(2), box));

        var unknown = Assert.IsType<JournalReply.AppendUnknown>(append);
        Assert.StartsWith("It is not known whether the commit was written. The disk of the journal reports an error", unknown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(journal.JournalFile, unknown.Message, StringComparison.Ordinal);
        Assert.StartsWith($"The disk of {journal.JournalFile} reports an error", journal.Outage!.Report, StringComparison.Ordinal);
        var failed = Assert.IsType<JournalReply.ReadFailed>(load);
        Assert.Contains("it is not settled yet", failed.Message, StringComparison.Ordinal);
        Assert.IsType<JournalReply.AppendFailed>(later);
    }

    private static SqliteJournal Open(FailingDisk disk) => SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = Path.Combine(disk.Path, "data"), GroupWritesMax = 50 });

    private static JournalRow Row(long sequence) => new(sequence, 1, new byte[300]);

    private static async Task<JournalReply> ReplyAsync(Action<ReplyBox> call)
    {
        var box = new ReplyBox();
        call(box);
        return (await box.WaitForAsync(1))[0];
    }
}
