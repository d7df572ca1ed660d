using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Contract;

public abstract partial class JournalContract
{
    [ContractFact]
    public async Task Lets_go_of_what_is_trimmed()
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3), Row(5));

        var trimmed = await TrimAsync(Stream, 4);
        var read = await ReadAsync(Stream);

        Assert.Equal(4, trimmed.UpTo);
        Assert.Equal([5L], Firsts(read));
        Assert.Equal((4, 5), (read.Trim, read.Last));
    }

    [ContractFact]
    public async Task Keeps_a_row_that_reaches_over_the_trim_point()
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3), Row(5));

        await TrimAsync(Stream, 3);
        var read = await ReadAsync(Stream);

        Assert.Equal([2L, 5], Firsts(read));
        Assert.Equal(3, read.Trim);
    }

    [ContractFact]
    public async Task Goes_on_counting_after_everything_was_trimmed()
    {
        await AppendAsync(Stream, Row(1), Row(2));

        var trimmed = await TrimAsync(Stream, 100);
        var loaded = await LoadAsync(Stream);
        await AppendAsync(Stream, Row(3));
        var read = await ReadAsync(Stream);

        Assert.Equal(2, trimmed.UpTo);
        Assert.Equal((2, 2), (loaded.Trim, loaded.Last));
        Assert.Equal([3L], Firsts(read));
        Assert.Equal((2, 3), (read.Trim, read.Last));
    }

    [ContractFact]
    public async Task Never_moves_the_trim_point_back()
    {
        await AppendAsync(Stream, Row(1), Row(2), Row(3));

        await TrimAsync(Stream, 2);
        await TrimAsync(Stream, 1);

        Assert.Equal(2, (await LoadAsync(Stream)).Trim);
        Assert.Equal(0, (await TrimAsync(Other, 7)).UpTo);
        Assert.DoesNotContain((await ListAsync("")).Streams, stream => stream.Stream == Other);
    }

    [ContractFact]
    public async Task Reads_from_before_the_trim_point_begin_after_it()
    {
        await AppendAsync(Stream, [.. Enumerable.Range(1, 3_000).Select(sequence => Row(sequence))]);

        await TrimAsync(Stream, 2_990);
        await AppendAsync(Stream, Row(3_001));
        var read = await ReadAsync(Stream, from: 5);

        Assert.Equal(2_991, read.Rows[0].First);
        Assert.Equal(11, read.Rows.Count);
    }

    [ContractFact]
    public async Task A_deleted_stream_begins_again_at_1_without_its_snapshot()
    {
        await AppendAsync(Stream, Row(1), Row(2));
        await AppendAsync(Other, Row(1));
        Store.Journal.SaveSnapshot(Stream, 2, "old"u8.ToArray(), _box);
        await ReplyAsync<JournalReply.SnapshotSaved>();

        Store.Journal.Delete(Stream, _box);
        await ReplyAsync<JournalReply.Deleted>();
        var gone = await LoadAsync(Stream);
        await AppendAsync(Stream, Row(1, text: "new"));

        Assert.Equal((null, 0, 0), (gone.Snapshot, gone.Trim, gone.Last));
        Assert.Null((await LoadAsync(Stream)).Snapshot);
        Assert.Equal(["new"], Texts((await ReadAsync(Stream)).Rows));
        Assert.Equal(1, (await LoadAsync(Other)).Last);
    }

    [ContractFact]
    public async Task Deletes_and_appends_in_flight_keep_their_order()
    {
        Store.Journal.Append(Stream, 0, Row(1), _box);
        Store.Journal.Delete(Stream, _box);
        Store.Journal.Append(Stream, 1, Row(2), _box);
        Store.Journal.Append(Stream, 0, Row(1, text: "again"), _box);
        Store.Journal.Delete(Other, _box);

        var replies = (await RepliesAsync(5)).Where(reply => reply.Stream == Stream).ToArray();

        Assert.Equal(
            [typeof(JournalReply.Appended), typeof(JournalReply.Deleted), typeof(JournalReply.AppendFailed), typeof(JournalReply.Appended)],
            replies.Select(reply => reply.GetType()));
        Assert.Equal(["again"], Texts((await ReadAsync(Stream)).Rows));
    }

    private protected Task<JournalReply.Trimmed> TrimAsync(StreamId stream, long upTo)
    {
        Store.Journal.Trim(stream, upTo, _box);
        return ReplyAsync<JournalReply.Trimmed>();
    }
}
