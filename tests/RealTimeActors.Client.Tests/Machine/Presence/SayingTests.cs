using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.Presence;

/// <summary>What a client says of itself.</summary>
public sealed class SayingTests
{
    [Fact]
    public void Is_there_when_the_server_has_taken_it()
    {
        var client = MachineFixture.Connected();

        var request = client.Enter("""{"name":"Ada"}""");
        var frame = client.TakeFrame<ClientFrame.Presence>();
        Assert.Equal("""room={"name":"Ada"}""", PresenceFixture.Said(frame));
        client.Receive(PresenceFixture.Ok(frame.Id));

        Assert.Equal(new ClientEffect.Complete(request, new RequestOutcome.Done()), client.TakeOne<ClientEffect.Complete>());
    }

    [Fact]
    public void Waits_for_the_connection_and_then_says_it()
    {
        var client = new MachineFixture().Start();
        client.Enter("1", "b");
        client.Enter("1", "a");
        client.Enter("2", "a");

        client.Greet().Welcome(isResumed: false);

        Assert.Equal(["a=2", "b=1"], client.TakeSaid());
    }

    [Fact]
    public void Says_again_on_each_connection_what_it_was_last()
    {
        var client = PresenceFixture.Present("1");
        client.Enter("2");
        client.Take(PresenceFixture.Ok);

        client.Reconnect();
        Assert.Equal(["room=2"], client.TakeSaid());
        client.Reconnect();

        Assert.Equal(["room=2"], client.TakeSaid());
    }

    [Fact]
    public void Says_it_again_where_one_connection_takes_the_place_of_another()
    {
        var client = PresenceFixture.Present("1");
        client.Receive(new ServerFrame.Goaway(5_000, 0, null));
        client.Pass(TimeSpan.FromSeconds(1));
        var successor = client.GreetSuccessor();

        client.WelcomeSuccessor(successor);

        Assert.Equal(["room=1"], client.TakeSaid());
    }

    [Fact]
    public void Of_many_words_in_a_row_the_last_one_counts()
    {
        var client = MachineFixture.Connected();
        var requests = Enumerable.Range(1, 5).Select(i => client.Enter($"{i}")).ToList();
        var first = client.TakeFrame<ClientFrame.Presence>();
        Assert.Equal("room=1", PresenceFixture.Said(first));

        client.Receive(PresenceFixture.Ok(first.Id));
        var effects = client.Take();
        Assert.Equal([requests[0]], effects.OfType<ClientEffect.Complete>().Select(complete => complete.Request));
        var last = Assert.Single(effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Presence>());
        Assert.Equal("room=5", PresenceFixture.Said(last));
        client.Receive(PresenceFixture.Ok(last.Id));

        Assert.Equal(requests[1..], client.Take<ClientEffect.Complete>().Select(complete => complete.Request));
    }

    [Fact]
    public void Leaves_at_once_and_says_nothing_on_the_next_connection()
    {
        var client = PresenceFixture.Present("1");

        var request = client.Leave();
        Assert.Equal(request, Assert.Single(client.Take(PresenceFixture.Ok).OfType<ClientEffect.Complete>()).Request);
        client.Reconnect();

        Assert.Empty(client.TakeSaid());
    }

    [Fact]
    public void Whoever_left_without_a_connection_is_said_to_have_left_on_the_next()
    {
        var client = PresenceFixture.Present("1");
        client.Lose();
        client.Leave();
        client.Pass(TimeSpan.FromSeconds(1));

        client.Greet().Welcome();

        Assert.Equal(["room left"], client.TakeSaid());
    }

    [Fact]
    public void Whoever_has_never_been_there_has_nothing_to_leave()
    {
        var client = new MachineFixture().Start();
        var (entered, left, leftElsewhere) = (client.Enter("1"), client.Leave(), client.Leave("elsewhere"));
        Assert.Equal([entered, left, leftElsewhere], client.Take<ClientEffect.Complete>().Select(complete => complete.Request).Order());
    }

    [Fact]
    public void What_was_not_answered_is_asked_again_and_answered_once()
    {
        var client = MachineFixture.Connected();
        var request = client.Enter("1");
        client.Reconnect();

        var effects = client.Take(PresenceFixture.Ok);

        Assert.Equal(request, Assert.Single(effects.OfType<ClientEffect.Complete>()).Request);
    }

    [Fact]
    public void A_state_that_is_refused_leaves_the_former_one_as_it_was()
    {
        var client = PresenceFixture.Present("1");
        var request = client.Enter("\"too large\"");

        var refused = Assert.Single(client.Take(id => Error(id, ErrorCode.TooLarge)).OfType<ClientEffect.Complete>());
        Assert.Equal((request, ErrorCode.TooLarge), (refused.Request, Assert.IsType<RequestOutcome.Refused>(refused.Outcome).Code));
        Assert.Empty(client.TakeSaid());
        client.Reconnect();

        Assert.Equal(["room=1"], client.TakeSaid());
    }

    [Fact]
    public void A_state_that_is_refused_on_another_connection_gives_way_to_the_former_one_there()
    {
        var client = PresenceFixture.Present("1");
        client.Lose();
        client.Enter("\"too large\"");
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet().Welcome();

        var effects = client.Take(id => Error(id, ErrorCode.TooLarge));

        Assert.Single(effects.OfType<ClientEffect.Complete>());
        Assert.Equal(["room=1"], effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Presence>().Select(PresenceFixture.Said));
    }

    [Fact]
    public void Tells_when_it_may_not_be_there_any_more_and_does_not_try_for_ever()
    {
        var client = PresenceFixture.Present("1");
        client.Reconnect();

        var lost = Assert.Single(client.Take(id => Error(id, ErrorCode.Forbidden)).OfType<ClientEffect.PresenceLost>());
        Assert.Equal(("room", ErrorCode.Forbidden), (lost.Channel, lost.Code));
        client.Reconnect();

        Assert.Empty(client.TakeSaid());
    }

    [Fact]
    public void Is_refused_and_is_not_there_where_it_never_was()
    {
        var client = MachineFixture.Connected();
        client.Enter("1");

        var effects = client.Take(id => Error(id, ErrorCode.Forbidden));

        Assert.IsType<RequestOutcome.Refused>(Assert.Single(effects.OfType<ClientEffect.Complete>()).Outcome);
        Assert.Empty(effects.OfType<ClientEffect.PresenceLost>());
        client.Reconnect();
        Assert.Empty(client.TakeSaid());
    }

    [Fact]
    public void Tries_again_after_a_pause_when_the_server_cannot_just_now()
    {
        var client = MachineFixture.Connected();
        var request = client.Enter("1");
        Assert.Empty(client.Take(id => Error(id, ErrorCode.Overloaded) with { AfterMs = 700 }).OfType<ClientEffect.Complete>());
        client.Enter("2");

        client.Pass(TimeSpan.FromMilliseconds(699));
        Assert.Empty(client.TakeSaid());
        client.Pass(TimeSpan.FromMilliseconds(1));

        var frame = client.TakeFrame<ClientFrame.Presence>();
        Assert.Equal("room=2", PresenceFixture.Said(frame));
        client.Receive(PresenceFixture.Ok(frame.Id));
        Assert.Contains(request, client.Take<ClientEffect.Complete>().Select(complete => complete.Request));
    }

    [Fact]
    public void Stays_there_when_it_stops_following()
    {
        var client = PresenceFixture.Present("1");
        var followed = client.Follow("room");
        client.Receive(MachineFixture.Subscribed(0, channel: "room"));
        client.Take();

        client.Machine.Unsubscribe(client.Now, followed);

        // To the server, unsubscribing is leaving; in one batch nobody sees it gone.
        Assert.Equal(["Unsubscribe", "Presence"], client.TakeFrames().Select(frame => frame.GetType().Name));
    }

    [Fact]
    public void Who_does_not_wait_any_longer_is_there_all_the_same()
    {
        var client = MachineFixture.Connected();
        client.Lose();
        var request = client.Enter("1");
        client.Take();

        client.Machine.Withdraw(client.Now, request);
        Assert.Equal(RejectReason.Withdrawn, Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet().Welcome();

        Assert.Equal(["room=1"], client.TakeSaid());
    }

    [Fact]
    public void What_waits_is_bounded_and_ends_with_the_client()
    {
        var client = new MachineFixture(options => options with { RequestsMax = 2 }).Start();
        var requests = Enumerable.Range(0, 3).Select(i => client.Enter($"{i}", $"room-{i}")).ToList();
        var refused = client.TakeOne<ClientEffect.Complete>();
        Assert.Equal((requests[2], RejectReason.OutboxFull), (refused.Request, Assert.IsType<RequestOutcome.Rejected>(refused.Outcome).Reason));

        client.Machine.Close(client.Now, keepSession: true);
        var late = client.Enter("1");

        Assert.Equal([requests[0], requests[1], late], client.Take<ClientEffect.Complete>().Select(complete => complete.Request));
    }

    [Fact]
    public void A_state_that_no_frame_can_hold_is_not_sent()
    {
        var client = MachineFixture.Connected();

        client.Enter($"\"{new string('x', 70_000)}\"");

        Assert.Equal(RejectReason.TooLarge, Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.Complete>().Outcome).Reason);
    }

    private static ServerFrame.Error Error(long id, ErrorCode code) => new(code, "no") { Id = id };
}
