using RealTimeActors.Simulation.Cluster;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>Whole clusters: many seeds, each with nodes and a mix of its own.</summary>
[Collection(QuietCollection.Name)]
public sealed class ClusterScheduleTests(ITestOutputHelper output)
{
    private const int Count = 1_000;

    /// <summary>Without these a run of so many schedules would prove little.</summary>
    private static readonly string[] _mustHappen =
    [
        "a backup is restored",
        "a session is resumed",
        "a session that nobody comes back to is let go",
        "cluster: 3 nodes",
        "cluster: 7 nodes",
        "cluster: a link breaks",
        "cluster: a link is blocked",
        "cluster: a link is blocked one way",
        "cluster: a node does not reach the database",
        "cluster: a node hands everything over and leaves",
        "cluster: a node is killed",
        "cluster: a node is killed and started at once",
        "cluster: a node stands still",
        "cluster: a node stands still for longer than its lease",
        "cluster: a node that was declared dead ends",
        "cluster: a node that stood still writes before it looks at its clock",
        "cluster: a shard is ordered elsewhere",
        "cluster: a shard is taken again",
        "cluster: a shard is taken over",
        "cluster: a write is refused because its fence counts no more",
        "cluster: all clients come back at once",
        "cluster: database away",
        "cluster: database full",
        "cluster: dozens of clients",
        "cluster: lost answers",
        "cluster: nothing goes wrong, and shards are handed over",
        "cluster: slow database",
        "cluster: slow links",
        "cluster: the clock of the database is set",
        "disk: snapshots during an append",
        "disk: trims during an append",
    ];

    [Fact]
    public void No_promise_is_broken_on_a_cluster_and_every_interesting_situation_comes_about()
    {
        var summary = Schedules.Run(firstSeed: 1, Count, draw: ClusterPlan.Draw);

        output.WriteLine($"{summary.Sometimes}{summary.Speed}");
        Assert.True(summary.Failures.Count == 0, summary.Explain([.. summary.Failures]));
        Assert.All(_mustHappen, situation => Assert.True(summary.Sometimes[situation] > 0, $"It never happened that {situation}."));
    }

    [Fact]
    public void No_promise_is_broken_where_requests_over_plain_HTTP_go_to_any_node()
    {
        var summary = Schedules.Run(firstSeed: 3_002, 24, draw: ClusterPlan.DrawAnywhere);

        output.WriteLine($"{summary.Sometimes}{summary.Speed}");
        Assert.True(summary.Failures.Count == 0, summary.Explain([.. summary.Failures]));
        Assert.True(summary.Sometimes["http: requests that came to another node than their connection's"] > 100);
    }

    /// <summary>In 6811 what a connection told its session of a channel's former life was passed on by a node that had lost the session's shard, and answered behind what was told of the next one: the client was told
    /// of the former one last, and acked as if it were in it.</summary>
    [Fact]
    public void No_promise_is_broken_where_what_a_session_is_told_comes_behind_what_was_told_later()
    {
        var result = Simulation.Run(ClusterPlan.Draw(6_811));

        Assert.True(result.IsFine, result.Explain());
    }

    /// <summary>In 331 the node that handed a session over could not write the next life of its ephemeral channel in time: the subscription was to ask again, and what its client acked meanwhile of the former life was
    /// counted in the next one.</summary>
    [Fact]
    public void No_promise_is_broken_where_a_session_cannot_be_told_of_the_next_life_of_its_channel()
    {
        var result = Simulation.Run(ClusterPlan.Draw(331));

        Assert.True(result.IsFine, result.Explain());
    }

    /// <summary>In 3409 a node stood still with a hello in hand that asked to begin at 42, and woke after another connection of that session had begun at 25: whoever came back stood at 42, as was asked for last. In 3448 a
    /// new core has a session, and the node of the connection that it was taken from is not linked with it yet: nobody could tell it. In 3938 that
    /// node does not know of the core, because it did not reach the database; it is told 2 ms after the link is there. In 7036 nothing got from the core to the node of the connection that had the session first:
    /// it was welcomed last, and put out by an administrator just before it would have been told that another had the session.</summary>
    [Theory]
    [InlineData(3_409)]
    [InlineData(3_448)]
    [InlineData(3_938)]
    [InlineData(7_036)]
    public void No_promise_is_broken_by_what_a_node_does_before_it_can_hear_of_the_others(ulong seed)
    {
        var result = Simulation.Run(ClusterPlan.Draw(seed));

        Assert.True(result.IsFine, result.Explain());
    }

    /// <summary>In 4785 a node lost a session's shard before the session had come to its mailbox, with an attach and the end of that connection in it: the attach was told again, and found the next owner. The session had
    /// for good a connection that was not there.</summary>
    [Fact]
    public void No_session_keeps_a_connection_that_has_ended_before_it_attached()
    {
        var result = Simulation.Run(ClusterPlan.Draw(4_785));

        Assert.True(result.IsFine, result.Explain());
    }

    /// <summary>An ephemeral channel that keeps for who is away was not in the directory when a session came back that had lost the right to it, and gave it all that was published when it began again.</summary>
    [Fact]
    public void Nothing_comes_of_a_channel_that_was_not_there_when_the_right_to_it_was_gone()
    {
        var result = Simulation.Run(ClusterPlan.DrawAnywhere(3_199));

        Assert.True(result.IsFine, result.Explain());
    }

    /// <summary>In 6865 it was asked of a node that had just begun, and did not come into the cluster for as long as the name of its former life stood: it kept the order for 3.5 s. The user had come back with a new token by then,
    /// by a node that knew who has the users, and was put out again after all had been at rest.</summary>
    [Fact]
    public void No_promise_is_broken_where_a_user_is_put_out_long_after_it_was_asked_for()
    {
        var result = Simulation.Run(ClusterPlan.Draw(6_865));

        Assert.True(result.IsFine, result.Explain());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Twice_the_same_seed_is_twice_the_same_run_of_a_cluster(ulong seed)
    {
        var first = Simulation.Run(ClusterPlan.Draw(seed));
        var second = Simulation.Run(ClusterPlan.Draw(seed));

        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.LastLines, second.LastLines);
    }
}
