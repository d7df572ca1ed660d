using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Memory;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Persistence.Tck.Contract;

public abstract partial class JournalContract
{
    [ContractTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Answers_a_drawn_script_like_the_model(ulong seed)
    {
        const int Bursts = 40, Calls = 50;
        var model = new ReplyBox();
        var script = new JournalScript(new SeededEntropy(seed).Fork("script"));
        var memory = new MemoryJournal(TimeProvider.System);
        var actual = new List<JournalReply>();
        for (var burst = 0; burst < Bursts; burst++)
        {
            script.Burst([(memory, model), (Store.Journal, _box)], Calls);
            actual.AddRange(await RepliesAsync(Calls));
        }

        var expected = await model.WaitForAsync(Bursts * Calls);

        // Writes are answered in order, reads among themselves too; a read may answer after a later write.
        foreach (var stream in script.Streams)
        {
            Assert.Equal(Described(expected, stream, ofReads: false), Described(actual, stream, ofReads: false));
            Assert.Equal(Described(expected, stream, ofReads: true), Described(actual, stream, ofReads: true));
        }
    }

    private static string[] Described(IEnumerable<JournalReply> replies, StreamId stream, bool ofReads) =>
    [
        .. replies
            .Where(reply => reply.Stream == stream && (reply is JournalReply.RowsRead or JournalReply.Loaded) == ofReads)
            .Select(reply => reply switch
            {
                JournalReply.RowsRead read => $"read {read.Tag}: {string.Join(',', read.Rows.Select(row => $"{row.First}+{row.Count}={Convert.ToHexString(row.Payload.Span)}"))} {read.Trim}..{read.Last}",
                JournalReply.Loaded loaded => $"loaded {loaded.Snapshot?.Sequence} {loaded.Trim}..{loaded.Last}",
                JournalReply.AppendFailed failed => $"failed {failed.Last} {failed.Fault}",
                JournalReply.SnapshotFailed failed => $"snapshot failed {failed.Sequence} {failed.Fault}",
                _ => reply.ToString(),
            }),
    ];
}
