using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>What a session remembers of its subscriptions, on disk and off it.</summary>
public sealed class SessionFormatTests
{
    [Fact]
    public void A_shaped_subscription_comes_back_exactly_as_it_was_asked_for()
    {
        var options = Shaped();
        var subscribed = new SessionEvent.Subscribed(new SessionSubscription(ChannelName.Parse("orders"), options, true, "e1", 7, [new OffsetRange(9, 11)]));

        var read = SessionFormat.Read(SessionFormat.Write([subscribed, new SessionEvent.Detached(5)]));

        var again = Assert.IsType<SessionEvent.Subscribed>(read[0]).Subscription;
        Assert.Equal(options, again.Options);
        Assert.Equal(("e1", 7L), (again.Epoch, again.Prefix));
        Assert.Equal([new OffsetRange(9, 11)], again.Ahead);
        Assert.Equal(new SessionEvent.Detached(5), read[1]);
    }

    [Fact]
    public void A_row_of_the_time_before_shapes_is_still_read()
    {
        // Version 1, kind 4, "ab", ack manual, order offset, overflow dropOldest, least priority high, durable, epoch "k", prefix 5, one range 7-8; as it was written then.
        byte[] row = [1, 4, 3, (byte)'a', (byte)'b', 1, 1, 2, 1, 1, 2, (byte)'k', 5, 1, 7, 8];

        var read = Assert.IsType<SessionEvent.Subscribed>(Assert.Single(SessionFormat.Read(row))).Subscription;

        Assert.Equal(new SubscriptionOptions(AckMode.Manual, DeliveryOrder.Offset, (OverflowPolicy)2, Priority.High), read.Options);
        Assert.Equal([new OffsetRange(7, 8)], read.Ahead);
        Assert.Equal(row, SessionFormat.Write([new SessionEvent.Subscribed(read)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_subscription_to_the_state_comes_back_and_knows_whether_the_state_is_still_owed(bool needsSnapshot)
    {
        var options = Shaped() with { Mode = SubscriptionMode.State, Shape = null, Filter = [], Order = DeliveryOrder.Offset };
        var subscription = new SessionSubscription(ChannelName.Parse("orders"), options, true, "e1", 7, []) { NeedsSnapshot = needsSnapshot };

        var read = Assert.IsType<SessionEvent.Subscribed>(Assert.Single(SessionFormat.Read(SessionFormat.Write([new SessionEvent.Subscribed(subscription)])))).Subscription;

        Assert.Equal(options, read.Options);
        Assert.Equal((needsSnapshot, 7L), (read.NeedsSnapshot, read.Prefix));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_subscription_whose_client_may_not_have_heard_that_it_begins_anew_comes_back_as_one(bool isPlain)
    {
        var options = isPlain ? new SubscriptionOptions(AckMode.Manual, DeliveryOrder.Offset, OverflowPolicy.CatchUp, Priority.Low) : Shaped() with { Presence = PresenceInterest.Members };
        var subscription = new SessionSubscription(ChannelName.Parse("orders"), options, true, "e1", 7, []) { BeginsAnew = true };

        var read = SessionFormat.Read(SessionFormat.Write([new SessionEvent.Subscribed(subscription), new SessionEvent.Detached(5)]));

        var again = Assert.IsType<SessionEvent.Subscribed>(read[0]).Subscription;
        Assert.Equal(options, again.Options);
        Assert.Equal((true, false, 7L), (again.BeginsAnew, again.NeedsSnapshot, again.Prefix));
        Assert.Equal(new SessionEvent.Detached(5), read[1]);
    }

    [Theory]
    [InlineData(PresenceInterest.Count, SubscriptionMode.Events, false)]
    [InlineData(PresenceInterest.Members, SubscriptionMode.State, true)]
    public void A_subscription_that_asks_who_is_there_comes_back_with_what_it_asked(PresenceInterest presence, SubscriptionMode mode, bool needsSnapshot)
    {
        var options = Shaped() with { Presence = presence, Mode = mode };
        var subscription = new SessionSubscription(ChannelName.Parse("orders"), options, true, "e1", 7, []) { NeedsSnapshot = needsSnapshot };

        var read = SessionFormat.Read(SessionFormat.Write([new SessionEvent.Subscribed(subscription), new SessionEvent.Detached(5)]));

        var again = Assert.IsType<SessionEvent.Subscribed>(read[0]).Subscription;
        Assert.Equal(options, again.Options);
        Assert.Equal((needsSnapshot, 7L), (again.NeedsSnapshot, again.Prefix));
        Assert.Equal(new SessionEvent.Detached(5), read[1]);
    }

    [Fact]
    public void That_a_connection_came_and_went_comes_back_with_its_time()
    {
        SessionEvent[] events = [new SessionEvent.Attached(7), new SessionEvent.Detached(9)];

        Assert.Equal(events, SessionFormat.Read(SessionFormat.Write(events)));
    }

    [Fact]
    public void Options_are_equal_when_they_ask_for_the_same()
    {
        Assert.Equal(Shaped(), Shaped());
        Assert.Equal(Shaped().GetHashCode(), Shaped().GetHashCode());
        Assert.NotEqual(Shaped(), Shaped() with { Fields = ["b", "a"] });
        Assert.NotEqual(Shaped(), Shaped() with { Presence = PresenceInterest.Count });
        Assert.NotEqual(Shaped(), Shaped() with { Filter = [new AttributeFilter("type", ["a"])] });
        Assert.NotEqual(Shaped(), Shaped() with { Shape = Shaped().Shape! with { Immediate = ["x"] } });
        Assert.NotEqual(Shaped(), Shaped() with { Shape = null });
        Assert.NotEqual(Shaped(), Shaped() with { Mode = SubscriptionMode.State });
    }

    [Fact]
    public void A_shape_that_asks_for_nothing_is_no_shape()
    {
        var subscribe = new ClientFrame.Subscribe
        {
            Channel = "orders",
            Shape = new Shape { DebounceMs = 0, DebounceMaxMs = 5, Immediate = ["a"], Conflate = "none", BatchMs = 0, BatchMax = 0, MaxPerSecond = 0 },
        };

        Assert.True(SubscriptionOptions.Of(subscribe, isDurable: true).IsPlain);
    }

    private static SubscriptionOptions Shaped() => new(AckMode.Auto, DeliveryOrder.Lanes, OverflowPolicy.Conflate, Priority.Low)
    {
        Shape = new Shape { DebounceMs = 100, DebounceMaxMs = 900, Immediate = ["done", "failed"], Conflate = "key", BatchMs = 50, BatchMax = 10, MaxPerSecond = 20 },
        Filter = [new AttributeFilter("type", ["a", "b.*"]), new AttributeFilter("source", ["office-1"])],
        Fields = ["a", "b"],
    };
}
