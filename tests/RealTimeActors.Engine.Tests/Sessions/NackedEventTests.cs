using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Tests.Sessions;

public sealed class NackedEventTests
{
    private const long Now = 1_000_000;
    private static readonly RetryRule _rule = new() { Attempts = 3, Delay = TimeSpan.FromSeconds(1) };

    [Fact]
    public void The_first_nack_has_it_delivered_again_after_the_first_pause()
    {
        var nacked = NackedEvent.OnNack(null, 7, "no room", _rule, hasRoom: true, Now);

        Assert.Equal(new NackedEvent(7, NackPhase.Waiting, 1, Now + 1_000, "no room"), nacked);
    }

    [Fact]
    public void A_repeat_of_a_nack_is_not_counted()
    {
        var waiting = NackedEvent.OnNack(null, 7, null, _rule, hasRoom: true, Now);

        Assert.Null(NackedEvent.OnNack(waiting, 7, null, _rule, hasRoom: true, Now + 1));
        Assert.Null(NackedEvent.OnNack(waiting! with { Phase = NackPhase.GivenUp }, 7, null, _rule, hasRoom: true, Now + 1));
    }

    [Fact]
    public void With_the_last_attempt_the_session_gives_up()
    {
        var nacked = NackedEvent.OnNack(null, 7, "1", _rule, hasRoom: true, Now)!.OnDue(_rule);
        nacked = NackedEvent.OnNack(nacked, 7, "2", _rule, hasRoom: true, Now)!;
        Assert.Equal((NackPhase.Waiting, 2, Now + 2_000), (nacked.Phase, nacked.Deliveries, nacked.DueUnixMs));

        nacked = NackedEvent.OnNack(nacked.OnDue(_rule), 7, "3", _rule, hasRoom: true, Now)!;

        Assert.Equal(new NackedEvent(7, NackPhase.GivenUp, 3, 0, "3"), nacked);
    }

    [Fact]
    public void One_attempt_means_that_the_first_nack_is_the_last()
        => Assert.Equal(NackPhase.GivenUp, NackedEvent.OnNack(null, 7, null, _rule with { Attempts = 1 }, hasRoom: true, Now)!.Phase);

    [Fact]
    public void A_last_delivery_to_a_client_that_went_away_with_it_was_the_last()
    {
        var withClient = new NackedEvent(7, NackPhase.WithClient, 3, 0, null);

        Assert.Equal((NackPhase.GivenUp, 3), withClient.OnDue(_rule) is var given ? (given.Phase, given.Deliveries) : default);
    }

    [Fact]
    public void Beyond_the_bound_it_is_given_up_at_once()
        => Assert.Equal(NackPhase.GivenUp, NackedEvent.OnNack(null, 7, null, _rule, hasRoom: false, Now)!.Phase);

    [Fact]
    public void On_another_connection_nothing_comes_before_a_pause()
    {
        var overdue = new NackedEvent(7, NackPhase.Waiting, 1, Now - 50_000, null);
        var later = overdue with { DueUnixMs = Now + 50_000 };

        Assert.Equal(Now + 1_000, overdue.DueOnConnection(_rule, Now));
        Assert.Equal(Now + 50_000, later.DueOnConnection(_rule, Now));
        Assert.Equal(Now + 2_000, (overdue with { Phase = NackPhase.WithClient, Deliveries = 2 }).DueOnConnection(_rule, Now));
    }

    [Fact]
    public void A_reason_is_cut_and_never_within_a_character()
    {
        var reason = new string('a', 499) + "\U0001F600" + new string('b', 100);

        Assert.Equal(new string('a', 499), NackedEvent.OnNack(null, 7, reason, _rule, hasRoom: true, Now)!.Reason);
    }
}
