using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.Tck.Contract;

namespace RealTimeActors.Persistence.Tck.Cluster;

public abstract partial class ClusterContract
{
    [ContractFact]
    public async Task A_lease_that_runs_is_nobody_elses()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        await OwnAsync(3, n1);

        var held = await TakeAsync<LeaseReply.Held>(3, n2);

        Assert.Equal((3, n1), (held.Shard, held.Owner));
        Assert.InRange(held.Remaining, Length / 2, Length);
        await OwnAsync(4, n2);
    }

    [ContractFact]
    public async Task A_lease_that_has_run_out_is_taken_with_the_next_epoch()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var first = await OwnAsync(3, n1);

        await Medium.PassAsync(AfterIt);
        var second = await OwnAsync(3, n2);

        Assert.Equal((3, first.Epoch + 1), (second.Shard, second.Epoch));
        Assert.NotEqual(first.Nonce, second.Nonce);
        await TakeAsync<LeaseReply.Held>(3, n1);
    }

    [ContractFact]
    public async Task A_renewed_lease_runs_on()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var (three, four) = (await OwnAsync(3, n1), await OwnAsync(4, n1));

        await Medium.PassAsync(Length * 0.6);
        var renewed = await RenewAsync<LeaseReply.Renewed>(n1, three);
        await Medium.PassAsync(Length * 0.6);

        Assert.Equal([three], renewed.Fences);
        await TakeAsync<LeaseReply.Held>(3, n2);
        Assert.Equal(four.Epoch + 1, (await OwnAsync(4, n2)).Epoch);
    }

    [ContractFact]
    public async Task A_lease_that_has_run_out_is_renewed_as_long_as_nobody_took_it()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var (three, four) = (await OwnAsync(3, n1), await OwnAsync(4, n1));
        await Medium.PassAsync(AfterIt);
        await OwnAsync(4, n2);

        var renewed = await RenewAsync<LeaseReply.Renewed>(n1, three, four);

        Assert.Equal([three], renewed.Fences);
        await TakeAsync<LeaseReply.Held>(3, n2);
    }

    [ContractFact]
    public async Task A_lease_that_was_given_back_is_taken_at_once()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var fence = await OwnAsync(3, n1);

        await ReleaseAsync(fence, n1);

        Assert.Equal(fence.Epoch + 1, (await OwnAsync(3, n2)).Epoch);
    }

    [ContractFact]
    public async Task A_lease_that_was_given_back_is_not_renewed_though_nobody_has_taken_it()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var (three, four) = (await OwnAsync(3, n1), await OwnAsync(4, n1));
        await ReleaseAsync(three, n1);

        var renewed = await RenewAsync<LeaseReply.Renewed>(n1, three, four);

        Assert.Equal([four], renewed.Fences);
        Assert.Equal(three.Epoch + 1, (await OwnAsync(3, n2)).Epoch);
    }

    [ContractFact]
    public async Task Who_was_taken_over_gives_nothing_back()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var fence = await OwnAsync(3, n1);
        await Medium.PassAsync(AfterIt);
        await OwnAsync(3, n2);

        await ReleaseAsync(fence, n1);

        await TakeAsync<LeaseReply.Held>(3, n1);
    }

    [ContractFact]
    public async Task Who_takes_his_own_lease_again_gets_another_epoch_and_the_older_one_ends()
    {
        var n1 = await JoinAsync("n1");
        var first = await OwnAsync(3, n1);

        var second = await OwnAsync(3, n1);

        Assert.Equal(first.Epoch + 1, second.Epoch);
        Assert.Equal([second], (await RenewAsync<LeaseReply.Renewed>(n1, first, second)).Fences.Where(fence => fence.Epoch == second.Epoch));
        Assert.Empty((await RenewAsync<LeaseReply.Renewed>(n1, first)).Fences);
    }

    [ContractFact]
    public async Task Who_is_no_member_takes_and_renews_nothing_and_what_he_had_is_free()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var fence = await OwnAsync(3, n1);

        await DeclareDeadAsync<MembershipReply.Seen>(n1, n2, isCertain: true);

        Assert.Equal(n1, (await TakeAsync<LeaseReply.NoMember>(5, n1)).Owner);
        await RenewAsync<LeaseReply.NoMember>(n1, fence);
        Assert.Equal(fence.Epoch + 1, (await OwnAsync(3, n2)).Epoch);
    }

    [ContractFact]
    public async Task A_next_life_of_a_node_does_not_have_what_the_one_before_had()
    {
        var first = await JoinAsync("n1");
        var fence = await OwnAsync(3, first);
        await Medium.PassAsync(AfterIt);

        var second = await JoinAsync("n1");

        Assert.True(second.Number > first.Number);
        Assert.Empty((await RenewAsync<LeaseReply.Renewed>(second, fence)).Fences);
        Assert.Equal(fence.Epoch + 1, (await OwnAsync(3, second)).Epoch);
    }

    [ContractFact]
    public async Task The_whole_store_is_not_had_beside_a_part_of_it()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var part = await OwnAsync(3, n1);

        Assert.Equal(n1, (await TakeAsync<LeaseReply.Held>(Fence.WholeStore, n2)).Owner);
        await ReleaseAsync(part, n1);
        await OwnAsync(Fence.WholeStore, n2);
        Assert.Equal(n2, (await TakeAsync<LeaseReply.Held>(3, n1)).Owner);
        await Medium.PassAsync(AfterIt);

        Assert.Equal(part.Epoch + 2, (await OwnAsync(3, n1)).Epoch);
    }

    [ContractFact]
    public async Task Lists_leases_by_shard_with_what_remains_of_them()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        await OwnAsync(7, n2);
        await OwnAsync(2, n1);
        await ReleaseAsync(await OwnAsync(5, n1), n1);

        var listed = (await AskAsync<LeaseReply, LeaseReply.Listed>(replyTo => Node("n2").Leases.List(null, replyTo))).Leases;

        Assert.Equal([(2, n1, 1), (5, n1, 1), (7, n2, 1)], listed.Select(lease => (lease.Shard, lease.Owner, lease.Epoch)));
        Assert.Equal([true, false, true], listed.Select(lease => lease.Remaining > Length / 2));
    }

    [ContractFact]
    public async Task Of_many_who_ask_at_once_one_gets_it_and_the_epochs_only_grow()
    {
        const int Rounds = 5, Shards = 8;
        var nodes = new List<NodeIncarnation>();
        foreach (var name in (string[])["n1", "n2", "n3", "n4"])
            nodes.Add(await JoinAsync(name));

        for (var round = 1; round <= Rounds; round++)
        {
            var asked = new List<(NodeIncarnation Node, int Shard, Asked<LeaseReply> Answer)>();
            for (var shard = 0; shard < Shards; shard++)
            {
                foreach (var node in nodes)
                {
                    var answer = new Asked<LeaseReply>();
                    Node(node.Node).Leases.Take(shard, node, Length, null, answer);
                    asked.Add((node, shard, answer));
                }
            }

            Medium.Pump();
            var replies = await Task.WhenAll(asked.Select(async ask => (ask.Node, ask.Shard, Reply: await ask.Answer.Answer)));

            for (var shard = 0; shard < Shards; shard++)
            {
                var winner = Assert.Single(replies, reply => reply.Shard == shard && reply.Reply is LeaseReply.Taken);
                Assert.Equal(round, ((LeaseReply.Taken)winner.Reply).Fence.Epoch);
                Assert.All(replies.Where(reply => reply.Shard == shard && reply.Node != winner.Node), reply => Assert.Equal(winner.Node, Assert.IsType<LeaseReply.Held>(reply.Reply).Owner));
            }

            await Medium.PassAsync(AfterIt);
            foreach (var node in nodes)
                await BeatAsync<MembershipReply.Seen>(node);
        }
    }
}
