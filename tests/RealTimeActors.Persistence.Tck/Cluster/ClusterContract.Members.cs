using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.Tck.Contract;

namespace RealTimeActors.Persistence.Tck.Cluster;

public abstract partial class ClusterContract
{
    [ContractFact]
    public async Task Who_joins_is_in_the_next_view()
    {
        var n2 = await AnnounceAsync<MembershipReply.Announced>("n2");
        var n1 = await AnnounceAsync<MembershipReply.Announced>("n1");

        Assert.Equal((n2.View.Number + 1, n2.Self.Number + 1), (n1.View.Number, n1.Self.Number));
        Assert.Equal([n2.Self], n2.View.Members.Select(member => member.Self));
        Assert.Equal([n1.Self, n2.Self], n1.View.Members.Select(member => member.Self));
        Assert.Equal(("n1:7400", "core,edge"), (n1.View.Members[0].Address, string.Join(',', n1.View.Members[0].Roles)));
    }

    [ContractFact]
    public async Task Nobody_joins_under_the_name_of_who_is_alive()
    {
        var n1 = await JoinAsync("n1");

        var taken = await AnnounceAsync<MembershipReply.NameTaken>("n1");

        Assert.Equal(n1, taken.Other);
        Assert.InRange(taken.Remaining, Length / 2, Length);
    }

    [ContractFact]
    public async Task Who_joins_under_the_name_of_who_is_silent_takes_its_place()
    {
        var first = await JoinAsync("n1");
        await Medium.PassAsync(AfterIt);

        var second = await AnnounceAsync<MembershipReply.Announced>("n1");

        Assert.Equal([second.Self], second.View.Members.Select(member => member.Self));
        Assert.Equal(first, (await BeatAsync<MembershipReply.NoMember>(first)).Self);
    }

    [ContractFact]
    public async Task Signs_of_life_keep_a_node_alive_and_leave_the_view_as_it_is()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var before = (await LookAsync("n1")).View;
        await Medium.PassAsync(Length * 0.6);

        var beaten = (await BeatAsync<MembershipReply.Seen>(n1)).View;
        await Medium.PassAsync(Length * 0.6);

        Assert.Equal(before.Number, beaten.Number);
        Assert.Equal([0.5, 0], beaten.Members.Select(member => member.Load));
        Assert.Equal(n1, (await DeclareDeadAsync<MembershipReply.StillAlive>(n1, n2, isCertain: false)).Whom);
        Assert.Equal([true, false], (await LookAsync("n1")).View.Members.Select(member => member.Remaining > TimeSpan.Zero));
    }

    [ContractFact]
    public async Task Who_is_silent_is_declared_dead_once()
    {
        var (n1, n2, n3) = (await JoinAsync("n1"), await JoinAsync("n2"), await JoinAsync("n3"));
        await Medium.PassAsync(AfterIt);

        var first = (await DeclareDeadAsync<MembershipReply.Seen>(n1, n2, isCertain: false)).View;
        var second = (await DeclareDeadAsync<MembershipReply.Seen>(n1, n3, isCertain: false)).View;

        Assert.Equal(first.Number, second.Number);
        Assert.Equal([n2, n3], first.Members.Select(member => member.Self));
        await BeatAsync<MembershipReply.NoMember>(n1);
    }

    [ContractFact]
    public async Task Who_is_dead_declares_nobody_dead()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        await DeclareDeadAsync<MembershipReply.Seen>(n1, n2, isCertain: true);

        await DeclareDeadAsync<MembershipReply.NoMember>(n2, n1, isCertain: true);

        Assert.Equal([n2], (await LookAsync("n2")).View.Members.Select(member => member.Self));
    }

    [ContractFact]
    public async Task Who_leaves_is_in_no_view_any_more()
    {
        var (n1, n2) = (await JoinAsync("n1"), await JoinAsync("n2"));
        var before = (await LookAsync("n2")).View.Number;

        var left = (await AskAsync<MembershipReply, MembershipReply.Seen>(replyTo => Node("n1").Members.Leave(n1, null, replyTo))).View;

        Assert.Equal(before + 1, left.Number);
        Assert.Equal([n2], left.Members.Select(member => member.Self));
        await JoinAsync("n1");
    }

    [ContractFact]
    public async Task All_nodes_see_one_sequence_of_views()
    {
        const int Nodes = 6;
        var asked = new List<Asked<MembershipReply>>();
        for (var i = 0; i < Nodes; i++)
        {
            var name = $"n{i}";
            Ask(replyTo => Node(name).Members.Announce(new NodeAnnouncement(name, "", []), Length, null, replyTo));
            Ask(replyTo => Node(name).Members.Look(null, replyTo));
        }

        Medium.Pump();
        var joined = await Task.WhenAll(asked.Select(ask => ask.Answer));
        asked.Clear();
        foreach (var one in joined.OfType<MembershipReply.Announced>())
        {
            Ask(replyTo => Node(one.Self.Node).Members.Leave(one.Self, null, replyTo));
            Ask(replyTo => Node(one.Self.Node).Members.Look(null, replyTo));
        }

        Medium.Pump();
        var left = await Task.WhenAll(asked.Select(ask => ask.Answer));

        var views = joined.Concat(left).Select(reply => reply is MembershipReply.Announced announced ? announced.View : ((MembershipReply.Seen)reply).View).ToArray();
        Assert.All(
            views.GroupBy(view => view.Number),
            same => Assert.Single(same.Select(view => string.Join(',', view.Members.Select(member => member.Self))).Distinct()));
        Assert.Equal(Nodes * 2, (await LookAsync("n0")).View.Number);

        void Ask(Action<Asked<MembershipReply>> call)
        {
            var one = new Asked<MembershipReply>();
            call(one);
            asked.Add(one);
        }
    }
}
