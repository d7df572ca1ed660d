using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.PostgreSql;
using RealTimeActors.Persistence.Tck.Cluster;
using RealTimeActors.Persistence.Tck.Stores;

namespace RealTimeActors.Persistence.Tck.PostgreSql;

[Collection(nameof(PostgreSqlCollection))]
public sealed class FenceTests(PostgreSqlServer server)
{
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(30);
    private static readonly StreamId _stream = new("channel/fenced");

    [PostgreSqlFact]
    public async Task Nothing_of_the_former_owner_commits_once_another_has_taken_over()
    {
        const int Takeovers = 6;
        await using var medium = new PostgreSqlClusterMedium(server.Server);
        PostgreSqlStore[] nodes = [medium.OpenStore("n1"), medium.OpenStore("n2")];
        NodeIncarnation[] selves = [await JoinAsync(nodes[0], "n1"), await JoinAsync(nodes[1], "n2")];
        var fence = await TakeAsync(nodes[0], selves[0]);
        long last = 0;
        for (var takeover = 1; takeover <= Takeovers; takeover++)
        {
            // The owner writes as fast as it can, and does not know that its lease has run out.
            var owner = new Appender(nodes[(takeover - 1) % 2].Under(fence), _stream, inFlight: 30);
            owner.Start(last);
            await owner.AcknowledgedAsync(last + 50);
            await medium.PassAsync(_length * 2);
            fence = await TakeAsync(nodes[takeover % 2], selves[takeover % 2]);

            // Whatever the former owner is told from here on, what the new one sees now is where the stream ends.
            var journal = nodes[takeover % 2].Under(fence);
            last = (await LoadAsync(journal)).Last;
            await owner.Ended;

            Assert.True(owner.Acknowledged <= last, $"{owner.Acknowledged} was acknowledged; the next owner saw {last}.");
            Assert.All(owner.Others, reply => Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.AppendFailed>(reply).Fault));
            Assert.NotEmpty(owner.Others);
            Assert.Equal(last, await owner.CheckAsync(journal));
        }
    }

    [PostgreSqlFact]
    public async Task Who_is_fenced_trims_folds_and_deletes_nothing_either_and_still_reads()
    {
        await using var medium = new PostgreSqlClusterMedium(server.Server);
        var (one, two) = (medium.OpenStore("n1"), medium.OpenStore("n2"));
        var (n1, n2) = (await JoinAsync(one, "n1"), await JoinAsync(two, "n2"));
        var former = one.Under(await TakeAsync(one, n1));
        var appender = new Appender(former, _stream, 1);
        appender.Start();
        await appender.AcknowledgedAsync(3);
        await appender.StopAsync();
        await medium.PassAsync(_length * 2);
        await TakeAsync(two, n2);

        var box = new ReplyBox();
        former.Trim(_stream, 2, box);
        former.SaveSnapshot(_stream, 2, "two"u8.ToArray(), box);
        former.Delete(_stream, box);
        var replies = await box.WaitForAsync(3);

        Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.TrimFailed>(replies[0]).Fault);
        Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.SnapshotFailed>(replies[1]).Fault);
        Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.DeleteFailed>(replies[2]).Fault);
        var loaded = await LoadAsync(former);
        Assert.Equal((0, appender.Acknowledged, null), (loaded.Trim, loaded.Last, loaded.Snapshot));
    }

    [PostgreSqlFact]
    public async Task One_commit_writes_for_the_shards_that_are_still_owned_and_not_for_the_others()
    {
        await using var medium = new PostgreSqlClusterMedium(server.Server);
        var (one, two) = (medium.OpenStore("n1"), medium.OpenStore("n2"));
        var (n1, n2) = (await JoinAsync(one, "n1"), await JoinAsync(two, "n2"));
        // Shards 2 and 4 have the same writer.
        var (lost, kept) = (await TakeAsync(one, n1, 2), await TakeAsync(one, n1, 4));
        await medium.PassAsync(_length * 2);
        await TakeAsync(two, n2, 2);

        var box = new ReplyBox();
        for (var i = 0; i < 50; i++)
        {
            one.Under(lost).Append(new StreamId($"lost/{i}"), 0, new JournalRow(1, 1, new byte[10]), box);
            one.Under(kept).Append(new StreamId($"kept/{i}"), 0, new JournalRow(1, 1, new byte[10]), box);
        }

        var replies = await box.WaitForAsync(100);

        Assert.Equal(50, replies.Count(reply => reply is JournalReply.Appended && reply.Stream.Value.StartsWith("kept/", StringComparison.Ordinal)));
        Assert.Equal(50, replies.Count(reply => reply is JournalReply.AppendFailed { Fault: JournalFault.Fenced } && reply.Stream.Value.StartsWith("lost/", StringComparison.Ordinal)));
    }

    [PostgreSqlFact]
    public async Task What_is_committed_under_a_fence_is_counted_and_begins_anew_with_the_next()
    {
        await using var medium = new PostgreSqlClusterMedium(server.Server);
        var (one, two) = (medium.OpenStore("n1"), medium.OpenStore("n2"));
        var (n1, n2) = (await JoinAsync(one, "n1"), await JoinAsync(two, "n2"));
        var fence = await TakeAsync(one, n1);
        await AppendAsync(one.Under(fence), 0, 3, answers: 1);
        await AppendAsync(one.Under(fence), 3, 2, answers: 1);
        await AppendAsync(one.Under(fence), 1, 7, answers: 1);

        Assert.Equal(new JournalProgress(5, 0), one.ProgressOf(fence));
        Assert.Equal(default, one.ProgressOf(fence with { Shard = 6 }));
        Assert.Equal(default, two.ProgressOf(fence));

        await medium.PassAsync(_length * 2);
        var next = await TakeAsync(two, n2);
        await AppendAsync(two.Under(next), 5, 1, answers: 1);
        await AppendAsync(one.Under(fence), 5, 1, answers: 1);

        Assert.Equal(new JournalProgress(1, 0), two.ProgressOf(next));
        Assert.Equal(new JournalProgress(5, 0), one.ProgressOf(fence));
    }

    private static async Task AppendAsync(IJournal journal, long last, int count, int answers)
    {
        var box = new ReplyBox();
        journal.Append(_stream, last, new JournalRow(last + 1, count, new byte[10]), box);
        await box.WaitForAsync(answers);
    }

    private static async Task<NodeIncarnation> JoinAsync(PostgreSqlStore store, string name)
    {
        var asked = new Asked<MembershipReply>();
        store.Members.Announce(new NodeAnnouncement(name, "", []), _length, null, asked);
        return Assert.IsType<MembershipReply.Announced>(await asked.Answer).Self;
    }

    private static async Task<Fence> TakeAsync(PostgreSqlStore store, NodeIncarnation owner, int shard = 5)
    {
        var asked = new Asked<LeaseReply>();
        store.Leases.Take(shard, owner, _length, null, asked);
        return Assert.IsType<LeaseReply.Taken>(await asked.Answer).Fence;
    }

    private static async Task<JournalReply.Loaded> LoadAsync(IJournal journal)
    {
        var box = new ReplyBox();
        journal.Load(_stream, box);
        return Assert.IsType<JournalReply.Loaded>((await box.WaitForAsync(1))[0]);
    }
}
