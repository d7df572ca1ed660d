using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>What a journal promises that outlives its process.</summary>
public abstract class DurableJournalContract : JournalContract
{
    [ContractFact]
    public async Task Everything_is_there_after_reopening()
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3), Row(5));
        await AppendAsync(Other, Row(1));
        await SnapshotAsync(4, "four");
        await TrimAsync(Stream, 1);
        await TrimAsync(Other, 1);
        var before = await LoadAsync(Stream);

        await Store.ReopenAsync();

        var after = await LoadAsync(Stream);
        Assert.Equal((before.Trim, before.Last, before.Life, 4), (after.Trim, after.Last, after.Life, after.Snapshot!.Sequence));
        var read = await ReadAsync(Stream);
        Assert.Equal([2L, 5], Firsts(read));
        Assert.Equal((1, 1), ((await LoadAsync(Other)).Trim, (await LoadAsync(Other)).Last));
        await AppendAsync(Stream, Row(6));
        await AppendAsync(Other, Row(2));
    }

    [ContractFact]
    public async Task Writes_what_waits_before_it_closes()
    {
        for (var sequence = 1; sequence <= 500; sequence++)
            Store.Journal.Append(Stream, sequence - 1, Row(sequence), new ReplyBox());

        await Store.ReopenAsync();

        Assert.Equal(500, (await LoadAsync(Stream)).Last);
        Assert.Equal(500, (await ReadAsync(Stream)).Rows.Count);
    }
}
