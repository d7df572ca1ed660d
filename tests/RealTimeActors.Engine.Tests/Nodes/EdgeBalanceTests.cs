using RealTimeActors.Engine.Nodes;
using RealTimeActors.Sharding.Cluster;

namespace RealTimeActors.Engine.Tests.Nodes;

public sealed class EdgeBalanceTests
{
    private readonly EdgeBalance _balance = new(new EdgeBalanceOptions());
    private TimeSpan _now;

    [Fact]
    public void A_burst_is_not_too_much_and_what_lasts_is()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(0, Look(1, 0.1));

        Assert.False(_balance.TurnsAway);
        Look(0.5, 0.1);
        for (var i = 0; i < 3; i++)
            Look(1, 0.1);

        Assert.False(_balance.TurnsAway);
        Look(1, 0.1);

        Assert.True(_balance.TurnsAway);
    }

    [Fact]
    public void Where_all_are_full_nobody_is_sent_anywhere()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal(0, Look(1, 0.85, 0.95));

        Assert.False(_balance.TurnsAway);
        Assert.Empty(_balance.Better);
    }

    [Fact]
    public void Where_there_is_nobody_else_nobody_is_sent_anywhere()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal(0, Look(1));

        Assert.False(_balance.TurnsAway);
    }

    [Fact]
    public void Clients_are_taken_again_at_a_lower_load_than_they_are_turned_away_at()
    {
        TurnAway();

        Look(0.85, 0.1);
        Assert.True(_balance.TurnsAway);
        Look(0.79, 0.1);
        Assert.False(_balance.TurnsAway);
        for (var i = 0; i < 100; i++)
            Look(0.89, 0.1);

        Assert.False(_balance.TurnsAway);
    }

    [Fact]
    public void They_are_taken_again_too_when_the_others_have_as_much_to_do()
    {
        TurnAway();

        Look(0.95, 0.84);
        Assert.True(_balance.TurnsAway);
        Look(0.95, 0.86);
        Assert.False(_balance.TurnsAway);
        for (var i = 0; i < 10; i++)
            Look(0.95, 0.84);

        Assert.False(_balance.TurnsAway);
    }

    [Fact]
    public void Those_with_the_least_to_do_are_named_first_and_those_with_little_less_not_at_all()
    {
        for (var i = 0; i < 4; i++)
            Look(1, 0.85, 0.5, 0.1);

        Assert.Equal(["edge-4", "edge-3"], _balance.Better.Select(edge => edge.Node));
    }

    [Fact]
    public void A_few_of_those_who_are_here_go_in_each_round_and_no_more_than_make_both_alike()
    {
        TurnAway(connections: 1_000);

        Assert.Equal(0, Look(1, 0.1));
        _now += TimeSpan.FromSeconds(5);
        Assert.Equal(50, Look(1, 0.1));
        _now += TimeSpan.FromSeconds(5);
        Assert.Equal(0, Look(0.89, 0.1));
        _now += TimeSpan.FromSeconds(5);
        Assert.Equal(0, Look(0.9, 0.81));

        var near = new EdgeBalance(new EdgeBalanceOptions { Margin = 0.02, AwayShareMax = 0.5 });
        var away = Enumerable.Range(0, 4).Select(_ => near.Look(0.95, 1_000, Others(0.92), TimeSpan.Zero)).ToList();
        Assert.Equal([0, 0, 0, 15], away);
    }

    [Fact]
    public void Whoever_wants_it_keeps_those_who_are_here()
    {
        var balance = new EdgeBalance(new EdgeBalanceOptions { AwayShareMax = 0 });

        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(0, balance.Look(1, 1_000, Others(0), TimeSpan.FromMinutes(i))));
        Assert.True(balance.TurnsAway);
    }

    /// <summary>Two edges, of which one has all clients, and clients that go where they are sent: they end alike, and nobody goes back.</summary>
    [Fact]
    public void Two_edges_come_to_rest()
    {
        const int Places = 1_000;
        var counts = new[] { 990, 0 };
        EdgeBalance[] edges = [new(new EdgeBalanceOptions()), new(new EdgeBalanceOptions())];
        var back = 0;
        for (var i = 0; i < 2_000; i++)
        {
            _now += TimeSpan.FromSeconds(0.5);
            for (var edge = 0; edge < 2; edge++)
            {
                var other = 1 - edge;
                var away = edges[edge].Look((double)counts[edge] / Places, counts[edge], [new($"edge-{other + 1}", (double)counts[other] / Places, null)], _now);
                counts[edge] -= away;
                counts[other] += away;
                back += edge == 1 ? away : 0;
            }
        }

        Assert.Equal(0, back);
        Assert.InRange(counts[0], 850, 899);
        Assert.All(edges, edge => Assert.True(!edge.TurnsAway || edge == edges[0]));
    }

    private void TurnAway(int connections = 100)
    {
        for (var i = 0; i < 4; i++)
            _balance.Look(1, connections, Others(0.1), _now);

        Assert.True(_balance.TurnsAway);
    }

    private int Look(double load, params double[] others) => _balance.Look(load, 1_000, Others(others), _now);

    private static EdgeStanding[] Others(params double[] loads) => [.. loads.Select((load, i) => new EdgeStanding($"edge-{i + 2}", load, null))];
}
