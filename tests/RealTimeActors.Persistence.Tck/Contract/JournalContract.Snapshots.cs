using System.Text;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Contract;

public abstract partial class JournalContract
{
    [ContractFact]
    public async Task Loads_nothing_of_a_stream_that_is_not_there()
    {
        var loaded = await LoadAsync(Stream);

        Assert.Equal((null, 0, 0), (loaded.Snapshot, loaded.Trim, loaded.Last));
        Assert.NotEmpty(loaded.Life);
    }

    [ContractFact]
    public async Task Loads_the_newest_snapshot_and_the_bounds()
    {
        await AppendAsync(Stream, Row(1), Row(2, count: 3));
        await SnapshotAsync(2, "two");
        await SnapshotAsync(4, "four");
        await TrimAsync(Stream, 1);

        var loaded = await LoadAsync(Stream);

        Assert.Equal((4, "four"), (loaded.Snapshot!.Sequence, Encoding.UTF8.GetString(loaded.Snapshot.Payload.Span)));
        Assert.Equal((1, 4), (loaded.Trim, loaded.Last));
    }

    [ContractFact]
    public async Task An_older_snapshot_never_replaces_a_newer_one()
    {
        await AppendAsync(Stream, Row(1, count: 4));
        await SnapshotAsync(4, "four");
        await SnapshotAsync(2, "two");

        Assert.Equal(4, (await LoadAsync(Stream)).Snapshot!.Sequence);
    }

    [ContractFact]
    public async Task Refuses_a_snapshot_that_is_ahead_of_its_stream()
    {
        await AppendAsync(Stream, Row(1));
        Store.Journal.SaveSnapshot(Stream, 2, default, _box);
        var failed = await ReplyAsync<JournalReply.SnapshotFailed>();

        Assert.Equal((JournalFault.Conflict, 2), (failed.Fault, failed.Sequence));
        Assert.Null((await LoadAsync(Stream)).Snapshot);
    }

    [ContractFact]
    public async Task A_snapshot_outlives_the_trimming_of_everything()
    {
        await AppendAsync(Stream, Row(1), Row(2));
        await SnapshotAsync(2, "two");
        await TrimAsync(Stream, 2);

        Assert.Equal(2, (await LoadAsync(Stream)).Snapshot!.Sequence);
    }

    private protected async Task SnapshotAsync(long sequence, string text)
    {
        Store.Journal.SaveSnapshot(Stream, sequence, Encoding.UTF8.GetBytes(text), _box);
        Assert.Equal(sequence, (await ReplyAsync<JournalReply.SnapshotSaved>()).Sequence);
    }
}
