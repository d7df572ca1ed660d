using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Contract;

public abstract partial class JournalContract
{
    [ContractFact]
    public async Task Reads_nothing_from_a_stream_that_is_not_there()
    {
        var read = await ReadAsync(Stream);

        Assert.Empty(read.Rows);
        Assert.Equal((0, 0), (read.Trim, read.Last));
    }

    [ContractTheory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 5)]
    [InlineData(6, null)]
    public async Task Begins_with_the_row_that_holds_the_sequence(long from, int? first)
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3), Row(5));

        var read = await ReadAsync(Stream, from);

        Assert.Equal(first, read.Rows.Count > 0 ? (int)read.Rows[0].First : null);
        Assert.Equal(5, read.Last);
    }

    [ContractTheory]
    [InlineData(1, int.MaxValue, 1)]
    [InlineData(3, int.MaxValue, 2)]
    [InlineData(4, int.MaxValue, 2)]
    [InlineData(5, int.MaxValue, 3)]
    [InlineData(0, int.MaxValue, 1)]
    [InlineData(int.MaxValue, 1, 1)]
    [InlineData(int.MaxValue, 100, 1)]
    [InlineData(int.MaxValue, 101, 2)]
    [InlineData(int.MaxValue, int.MaxValue, 3)]
    public async Task Reads_whole_rows_until_enough_is_there(int entriesMax, int bytesMax, int rows)
    {
        await AppendAsync(
            Stream, Row(1, count: 2, new string('a', 100)), Row(3, count: 2, new string('b', 100)), Row(5, count: 2, new string('c', 100)));

        var read = await ReadAsync(Stream, 1, entriesMax, bytesMax);

        Assert.Equal(rows, read.Rows.Count);
    }

    [ContractFact]
    public async Task Carries_the_tag_back()
    {
        var tag = new object();
        Store.Journal.Read(Stream, 1, 10, 10, tag, _box);

        Assert.Same(tag, (await ReplyAsync<JournalReply.RowsRead>()).Tag);
    }

    [ContractFact]
    public async Task A_read_called_after_an_append_shows_it_and_answers_after_it()
    {
        Store.Journal.Append(Stream, 0, Row(1), _box);
        Store.Journal.Append(Stream, 1, Row(2), _box);
        Store.Journal.Read(Stream, 1, 10, 1_000, null, _box);
        Store.Journal.Load(Stream, _box);

        var replies = await RepliesAsync(4);

        Assert.Equal(new JournalReply.Appended(Stream, 1), replies[0]);
        Assert.Equal(new JournalReply.Appended(Stream, 2), replies[1]);
        Assert.Equal([1L, 2], Firsts(Assert.IsType<JournalReply.RowsRead>(replies[2])));
        Assert.Equal(2, Assert.IsType<JournalReply.Loaded>(replies[3]).Last);
    }

    [ContractFact]
    public async Task A_read_shows_nothing_that_was_appended_after_its_call()
    {
        const int Rounds = 300;
        for (var sequence = 1; sequence <= Rounds; sequence++)
        {
            Store.Journal.Append(Stream, sequence - 1, Row(sequence), _box);
            Store.Journal.Read(Stream, 1, int.MaxValue, int.MaxValue, sequence, _box);
        }

        var replies = await RepliesAsync(Rounds * 2);

        var reads = replies.OfType<JournalReply.RowsRead>().ToArray();
        Assert.Equal(Enumerable.Range(1, Rounds), reads.Select(read => (int)read.Tag!));
        Assert.All(reads, read => Assert.Equal(((int)read.Tag!, (int)read.Tag!), (read.Rows.Count, (int)read.Last)));
    }
}
