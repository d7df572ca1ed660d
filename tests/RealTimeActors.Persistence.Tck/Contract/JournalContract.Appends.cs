using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Contract;

public abstract partial class JournalContract
{
    [ContractFact]
    public async Task Gives_back_what_was_appended()
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3), Row(5));

        var read = await ReadAsync(Stream);

        Assert.Equal(["entries 1 to 1", "entries 2 to 4", "entries 5 to 5"], Texts(read.Rows));
        Assert.Equal([1L, 2, 5], Firsts(read));
        Assert.Equal([1, 3, 1], read.Rows.Select(row => row.Count));
        Assert.Equal((0, 5), (read.Trim, read.Last));
    }

    [ContractFact]
    public async Task Keeps_payloads_of_every_size()
    {
        int[] sizes = [0, 1, 7, 8, 9, 200, 1_000, 5_000, 70_000, 3_000_000];
        var payloads = sizes.Select((size, i) => Enumerable.Range(0, size).Select(at => (byte)(at * 31 + i)).ToArray()).ToArray();
        await AppendAsync(Stream, [.. payloads.Select((payload, i) => new JournalRow(i + 1, 1, payload))]);

        var read = await ReadAsync(Stream);

        Assert.Equal(payloads, read.Rows.Select(row => row.Payload.ToArray()));
    }

    [ContractFact]
    public async Task Answers_many_appends_in_flight_in_their_order()
    {
        const int Rows = 2_000;
        for (var sequence = 1; sequence <= Rows; sequence++)
            Store.Journal.Append(Stream, sequence - 1, Row(sequence), _box);

        var replies = await RepliesAsync(Rows);

        Assert.Equal(Enumerable.Range(1, Rows).Select(last => new JournalReply.Appended(Stream, last)), replies);
        Assert.Equal(Rows, (await ReadAsync(Stream)).Rows.Count);
    }

    [ContractFact]
    public async Task Commits_many_streams_together_and_keeps_them_apart()
    {
        var streams = Enumerable.Range(0, 300).Select(i => new StreamId($"session/s-{i}")).ToArray();
        for (var round = 1; round <= 3; round++)
        {
            foreach (var stream in streams)
                Store.Journal.Append(stream, round - 1, Row(round, text: $"{stream} {round}"), _box);
        }

        var replies = await RepliesAsync(streams.Length * 3);

        Assert.All(replies, reply => Assert.IsType<JournalReply.Appended>(reply));
        Assert.Equal([1L, 2, 3], replies.Cast<JournalReply.Appended>().Where(reply => reply.Stream == streams[17]).Select(reply => reply.Last));
        foreach (var stream in streams)
            Assert.Equal([$"{stream} 1", $"{stream} 2", $"{stream} 3"], Texts((await ReadAsync(stream)).Rows));
    }

    [ContractTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Refuses_an_append_that_expects_another_end(long expectedLast)
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 2));

        Store.Journal.Append(Stream, expectedLast, Row(expectedLast + 1, count: 2), _box);
        var failed = await ReplyAsync<JournalReply.AppendFailed>();

        Assert.Equal((JournalFault.Conflict, expectedLast + 2), (failed.Fault, failed.Last));
        Assert.Contains("ends at sequence 3", failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await LoadAsync(Stream)).Last);
    }

    [ContractFact]
    public async Task Refuses_everything_that_was_based_on_a_refused_append()
    {
        await AppendAsync(Stream, Row(1));
        Store.Journal.Append(Stream, 2, Row(3), _box);
        Store.Journal.Append(Stream, 3, Row(4), _box);
        Store.Journal.Append(Other, 0, Row(1), _box);
        Store.Journal.Append(Stream, 1, Row(2), _box);

        var replies = await RepliesAsync(4);

        Assert.Equal(
            ["AppendFailed 3", "AppendFailed 4", "Appended 2"],
            replies.Where(reply => reply.Stream == Stream).Select(reply => reply switch
            {
                JournalReply.AppendFailed { Fault: JournalFault.Conflict } failed => $"AppendFailed {failed.Last}",
                JournalReply.Appended appended => $"Appended {appended.Last}",
                _ => reply.ToString(),
            }));
        var read = await ReadAsync(Stream);
        Assert.Equal([1L, 2], Firsts(read));
    }

    [ContractFact]
    public void Throws_at_a_row_that_does_not_begin_where_it_says()
    {
        Assert.Throws<ArgumentException>(() => Store.Journal.Append(Stream, 4, Row(4), _box));
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.Journal.Append(Stream, 0, new JournalRow(1, 0, default), _box));
        Assert.Throws<ArgumentException>(() => Store.Journal.Append(new StreamId(new string('x', 513)), 0, Row(1), _box));
        Assert.Throws<ArgumentException>(() => Store.Journal.Append(new StreamId(""), 0, Row(1), _box));
    }
}
