using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

public sealed class StateFollowingTests
{
    [Fact]
    public void Asks_for_the_whole_document_and_shows_it_when_all_parts_are_there()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowState();
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal((From.Now, SubscriptionMode.State, DeliveryOrder.Offset), (asked.From, asked.Mode, asked.Order));

        client.Receive(MachineFixture.Subscribed(7, channel: "grants") with { Id = asked.Id });
        client.Receive(new ServerFrame.State("grants", 7, [StateFixture.Entry("a", "1")], Last: false));
        Assert.Equal("", state.Seen());
        Assert.Empty(client.Take<ClientEffect.StateShown>());

        client.Receive(new ServerFrame.State("grants", 7, [StateFixture.Entry("b", "2", version: 4)], Last: true));

        var shown = client.TakeOne<ClientEffect.StateShown>();
        Assert.Equal("a=1 b=2", state.Seen());
        Assert.Equal(("e1", 7, true), (shown.Snapshot.Epoch, shown.Snapshot.Offset, shown.Snapshot.IsWhole));
        Assert.Equal([("a", StateChangeCause.Replaced, true), ("b", StateChangeCause.Replaced, true)], shown.Changes.Select(change => (change.Key, change.Cause, change.IsConfirmed)));
    }

    [Fact]
    public void Makes_each_change_once_acks_it_and_gives_its_credit_back()
    {
        var client = MachineFixture.Connected(options => options with { CreditWindow = 4 });
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"x":1,"y":2}"""), StateFixture.Entry("b", "1"));

        client.Change(8, "a", 2, patch: """{"x":5}""", user: "u1");
        client.Receive(new ServerFrame.Skip("grants", 9, 10));
        client.Change(11, "b", 2);
        client.Change(11, "b", 2);
        client.Change(12, "c", 1, value: "3");

        var effects = client.Take();
        Assert.Equal("""a={"x":5,"y":2} c=3""", state.Seen());
        Assert.Equal((12, 12), (state.ReceivedPrefix, state.View!.Offset));
        Assert.Equal(12, effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Ack>().Last().Offset);
        Assert.Equal(4, effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Credit>().Sum(credit => credit.Events));
        var first = effects.OfType<ClientEffect.StateShown>().First().Changes.Single();
        Assert.Equal(("a", StateChangeCause.Changed, "u1", """{"x":1,"y":2}"""), (first.Key, first.Cause, first.User, StateFixture.TextOf(first.Before?.Value)));
        Assert.Equal(1, client.Machine.EventsDropped);
    }

    [Fact]
    public void Goes_on_from_its_position_after_a_lost_connection()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));
        client.Change(8, "a", 2, value: "2");

        client.Reconnect(MachineFixture.Subscribed(8, Recovered.Full, channel: "grants"));

        Assert.Equal(new From.Position("e1", 8), Assert.Single(client.Hello.Subscriptions).From);
        client.Change(9, "a", 3, value: "3");
        Assert.Equal("a=3", state.Seen());
    }

    [Theory]
    [InlineData(Recovered.Gap, "e1")]
    [InlineData(Recovered.Reset, "e2")]
    public void A_snapshot_takes_the_place_of_the_document_where_changes_were_lost(Recovered recovered, string epoch)
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"), StateFixture.Entry("b", "2"));

        client.Reconnect(MachineFixture.Subscribed(20, recovered, epoch, "grants"));
        Assert.Equal("a=1 b=2", state.Seen());
        client.Snapshot(20, StateFixture.Entry("b", "2"), StateFixture.Entry("c", "3"));

        var effects = client.Take();
        Assert.Equal("b=2 c=3", state.Seen());
        Assert.Equal((epoch, 20), (state.View!.Epoch, state.View.Offset));
        Assert.Equal(["c", "a"], effects.OfType<ClientEffect.StateShown>().Last().Changes.Select(change => change.Key));
        Assert.Equal(epoch == "e2" ? 1 : 0, effects.OfType<ClientEffect.Notify>().Count(notify => notify.Notice is SubscriptionNotice.Reset));
        Assert.DoesNotContain(effects.OfType<ClientEffect.Notify>(), notify => notify.Notice is SubscriptionNotice.Gap);
        client.Change(21, "c", 2, value: "4");
        Assert.Equal("b=2 c=4", state.Seen());
    }

    [Fact]
    public void A_connection_that_is_lost_within_a_snapshot_leaves_nothing_of_it()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowState();
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        client.Receive(MachineFixture.Subscribed(7, channel: "grants") with { Id = asked.Id });
        client.Receive(new ServerFrame.State("grants", 7, [StateFixture.Entry("a", "1")], Last: false));

        client.Reconnect(MachineFixture.Subscribed(7, channel: "grants"));
        Assert.Equal(From.Now, Assert.Single(client.Hello.Subscriptions).From);
        client.Snapshot(7, StateFixture.Entry("b", "2"));

        Assert.Equal("b=2", state.Seen());
    }

    [Fact]
    public void A_hole_between_changes_is_closed_by_a_snapshot_and_never_patched_over()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"x":1}"""));

        client.Change(9, "a", 3, patch: """{"y":1}""");
        Assert.Equal("""a={"x":1}""", state.Seen());
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(From.Now, asked.From);
        client.Change(10, "a", 4, patch: """{"z":1}""");
        client.Receive(MachineFixture.Subscribed(10, channel: "grants") with { Id = asked.Id });
        client.Snapshot(10, StateFixture.Entry("a", """{"x":2,"y":1,"z":1}""", 4));

        Assert.Equal("""a={"x":2,"y":1,"z":1}""", state.Seen());
    }

    [Fact]
    public void A_gap_is_closed_by_a_snapshot()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));

        client.Receive(new ServerFrame.Gap("grants", 8, 9, "retention"));
        client.TakeUpState(9, StateFixture.Entry("a", "3"));

        Assert.Equal("a=3", state.Seen());
    }

    [Fact]
    public void With_a_kept_document_only_what_has_changed_since_is_asked_for()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowState(new KeptState("grants", "e1", 7, null, [StateFixture.Entry("a", """{"x":1,"y":1}""")]));
        Assert.Equal("""a={"x":1,"y":1}""", state.Seen());
        var asked = client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(new From.Position("e1", 7), asked.From);

        client.Receive(MachineFixture.Subscribed(7, Recovered.Full, channel: "grants") with { Id = asked.Id });
        client.Change(8, "a", 2, patch: """{"x":2}""");

        Assert.Equal("""a={"x":2,"y":1}""", state.Seen());
    }

    [Fact]
    public void Without_the_right_to_history_a_kept_document_is_asked_for_anew_where_the_session_is_beyond_it()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowState(new KeptState("grants", "e1", 7, null, [StateFixture.Entry("a", "1")]));
        var asked = client.TakeFrame<ClientFrame.Subscribe>();

        client.Receive(new ServerFrame.Error(ErrorCode.Forbidden, "history") { Id = asked.Id });
        var again = client.TakeFrame<ClientFrame.Subscribe>();
        Assert.Equal(From.Session, again.From);
        client.Receive(MachineFixture.Subscribed(9, Recovered.Full, channel: "grants") with { Id = again.Id });
        client.TakeUpState(12, StateFixture.Entry("a", "5"));

        Assert.Equal("a=5", state.Seen());
    }

    [Fact]
    public void A_state_that_is_larger_than_allowed_here_is_not_followed()
    {
        var client = MachineFixture.Connected(options => options with { StateBytesMax = 100 });
        var state = client.FollowState();
        client.TakeUpState(7, StateFixture.Entry("a", new string('1', 120)));

        var effects = client.Take();
        Assert.True(state.IsEnded);
        Assert.Equal((int)ErrorCode.TooLarge, effects.OfType<ClientEffect.Notify>().Select(notify => notify.Notice).OfType<SubscriptionNotice.Ended>().Single().Code);
        Assert.Single(effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Unsubscribe>());
    }

    [Fact]
    public void A_pattern_has_no_state()
    {
        var refusal = Assert.Throws<ArgumentException>(() => MachineFixture.Connected().FollowState(channel: "grants.*"));

        Assert.Contains("grants.* is a pattern", refusal.Message, StringComparison.Ordinal);
    }
}
