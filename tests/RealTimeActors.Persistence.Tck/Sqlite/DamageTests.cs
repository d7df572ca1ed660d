using System.Text;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Sqlite;

public sealed class DamageTests : IDisposable
{
    private static readonly StreamId _stream = new("channel/damaged");
    private readonly TempDirectory _directory = new();

    private string JournalFile => Path.Combine(_directory.Path, "journal.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Names_the_row_that_was_damaged_and_reads_the_others()
    {
        await WriteAsync(journal =>
        {
            for (var sequence = 1; sequence <= 3; sequence++)
                journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, Encoding.UTF8.GetBytes($"payload number {sequence}")), Silent);
        });
        Flip("payload number 2");

        await using var journal = Open();
        var failed = Assert.IsType<JournalReply.ReadFailed>(await ReplyAsync(box => journal.Read(_stream, 1, 10, 1_000, "tag", box)));
        var rest = Assert.IsType<JournalReply.RowsRead>(await ReplyAsync(box => journal.Read(_stream, 3, 10, 1_000, null, box)));

        Assert.Equal((JournalFault.Damaged, "tag"), (failed.Fault, failed.Tag));
        Assert.StartsWith($"The journal is damaged: in stream '{_stream}' the row that ends at sequence 2", failed.Message, StringComparison.Ordinal);
        Assert.Contains("restore the newest backup", failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(rest.Rows).First);
    }

    [Fact]
    public async Task Names_the_snapshot_that_was_damaged()
    {
        await WriteAsync(journal =>
        {
            journal.Append(_stream, 0, new JournalRow(1, 1, default), Silent);
            journal.SaveSnapshot(_stream, 1, "everything so far"u8.ToArray(), Silent);
        });
        Flip("everything so far");

        await using var journal = Open();
        var failed = Assert.IsType<JournalReply.ReadFailed>(await ReplyAsync(box => journal.Load(_stream, box)));

        Assert.Equal(JournalFault.Damaged, failed.Fault);
        Assert.Contains("the snapshot of sequence 1", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_page_is_an_answer_and_not_a_crash()
    {
        await WriteAsync(journal =>
        {
            for (var sequence = 1; sequence <= 2_000; sequence++)
                journal.Append(_stream, sequence - 1, new JournalRow(sequence, 1, new byte[100]), Silent);
        });
        using (var file = new FileStream(JournalFile, FileMode.Open))
        {
            // Every page but the first, where the schema is.
            var noise = new byte[file.Length - 4096];
            new Random(7).NextBytes(noise);
            file.Position = 4096;
            file.Write(noise);
        }

        await using var journal = Open();
        var load = Assert.IsType<JournalReply.ReadFailed>(await ReplyAsync(box => journal.Load(_stream, box)));
        var append = Assert.IsType<JournalReply.AppendFailed>(await ReplyAsync(box => journal.Append(_stream, 2_000, new JournalRow(2_001, 1, default), box)));

        Assert.Equal((JournalFault.Damaged, JournalFault.Damaged), (load.Fault, append.Fault));
        Assert.StartsWith("The journal is damaged", append.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{JournalFile} is damaged", journal.Outage?.Report, StringComparison.Ordinal);
    }

    private static ReplyBox Silent => new();

    private static async Task<JournalReply> ReplyAsync(Action<ReplyBox> call)
    {
        var box = new ReplyBox();
        call(box);
        return (await box.WaitForAsync(1))[0];
    }

    private async Task WriteAsync(Action<SqliteJournal> write)
    {
        await using var journal = Open();
        write(journal);
    }

    private void Flip(string text)
    {
        var bytes = File.ReadAllBytes(JournalFile);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(at > 0, $"'{text}' was expected in the file.");
        bytes[at + 3] ^= 0x10;
        File.WriteAllBytes(JournalFile, bytes);
    }

    private SqliteJournal Open() => SqliteJournal.Open(new SqliteJournalOptions { DataDirectory = _directory.Path });
}
