using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.Presence;

/// <summary>Whom a client sees.</summary>
public sealed class SeeingTests
{
    [Fact]
    public void Is_whole_after_the_first_frame_and_follows_what_changes()
    {
        var client = PresenceFixture.Present("1");
        Assert.Equal("nothing", client.Seen());

        client.Receive(PresenceFixture.Full(2, "b", "a"));
        Assert.Equal("2: a=1 b=1", client.Seen());
        client.Receive(new ServerFrame.PresenceDiff("room", [PresenceFixture.Member("c")], [PresenceFixture.Member("a", "null")], [PresenceFixture.Member("b", "2")], 2));

        Assert.Equal("2: b=2 c=1", client.Seen());
        Assert.Equal(["2: a=1 b=1", "2: b=2 c=1"], Shown(client));
    }

    [Fact]
    public void A_long_list_in_several_frames_is_seen_when_it_is_whole()
    {
        var client = PresenceFixture.Present("1");

        client.Receive(PresenceFixture.Full(4, "a", "b"));
        client.Receive(PresenceFixture.Joined(4, "c"));
        client.Receive(PresenceFixture.Joined(4, "d"));
        client.Receive(PresenceFixture.Gone(3, "d"));

        Assert.Equal(["4: a=1 b=1 c=1 d=1", "3: a=1 b=1 c=1"], Shown(client));
    }

    [Fact]
    public void Half_a_list_is_never_taken_for_everybody()
    {
        var client = PresenceFixture.Present("1");

        client.Receive(PresenceFixture.Full(4, "a", "b"));
        client.Receive(PresenceFixture.Gone(3, "b"));

        Assert.Equal(["3"], Shown(client));
    }

    [Fact]
    public void Says_that_only_the_number_is_known_where_there_are_too_many_for_a_list()
    {
        var client = PresenceFixture.Present("1");

        client.Receive(PresenceFixture.Full(2, "a", "b"));
        client.Receive(PresenceFixture.Counted(201));
        client.Receive(PresenceFixture.Joined(202, "z"));
        client.Receive(PresenceFixture.Counted(203));
        client.Receive(PresenceFixture.Full(1, "b"));

        Assert.Equal(["2: a=1 b=1", "201", "203", "1: b=1"], Shown(client));
    }

    [Fact]
    public void Keeps_what_it_saw_over_a_lost_connection_and_says_that_it_is_from_before()
    {
        var client = PresenceFixture.Present("1");
        client.Receive(PresenceFixture.Full(2, "a", "b"));

        client.Reconnect();
        Assert.Equal("2: a=1 b=1?", client.Seen());
        client.Receive(PresenceFixture.Joined(3, "c")); // Of what this client has not been told of on this connection.
        Assert.Equal("2: a=1 b=1?", client.Seen());
        client.Receive(PresenceFixture.Full(2, "b", "d"));

        Assert.Equal("2: b=1 d=1", client.Seen());
    }

    [Fact]
    public void Knows_nothing_any_more_when_it_has_left_and_does_not_follow()
    {
        var client = PresenceFixture.Present("1");
        client.Receive(PresenceFixture.Full(1, "a"));
        client.Take();

        client.Leave();
        client.Take(PresenceFixture.Ok);
        client.Receive(PresenceFixture.Joined(2, "b"));

        Assert.Equal("nothing", client.Seen());
    }

    [Fact]
    public void Whoever_follows_with_an_interest_sees_without_being_there_and_asks_for_it_on_each_connection()
    {
        var client = MachineFixture.Connected();
        var followed = Watching(client);
        client.Receive(PresenceFixture.Full(1, "a"));
        Assert.Equal("1: a=1", client.Seen());

        client.Reconnect(MachineFixture.Subscribed(0, Recovered.Full, channel: "room"));
        Assert.Equal(PresenceInterest.Members, Assert.Single(client.Hello.Subscriptions).Presence);
        client.Receive(PresenceFixture.Full(2, "a", "b"));
        Assert.Equal("2: a=1 b=1", client.Seen());
        client.Machine.Unsubscribe(client.Now, followed);

        Assert.Equal("nothing", client.Seen());
    }

    [Fact]
    public void Who_is_not_interested_any_more_hears_nothing()
    {
        var client = MachineFixture.Connected();

        client.Receive(PresenceFixture.Full(1, "a"));

        Assert.Equal("nothing", client.Seen());
        Assert.Empty(Shown(client));
    }

    [Fact]
    public void Where_the_right_is_gone_it_knows_nothing_and_follows_on_without_asking()
    {
        var client = PresenceFixture.Present("1");
        Watching(client);
        client.Receive(PresenceFixture.Full(1, "a"));

        client.Receive(new ServerFrame.PresenceDiff("room", [], [], [], 0) { Kind = PresenceKind.Ended, Reason = "the right is gone" });

        Assert.Equal("nothing", client.Seen());
        Assert.Equal("the right is gone", client.TakeOne<ClientEffect.PresenceLost>().Reason);
        client.Reconnect();
        Assert.Equal(PresenceInterest.None, Assert.Single(client.Hello.Subscriptions).Presence);
        Assert.Empty(client.TakeSaid());
    }

    [Fact]
    public void What_is_said_while_the_right_goes_is_answered_by_itself()
    {
        var client = PresenceFixture.Present("1");
        var request = client.Enter("2");
        var frame = client.TakeFrame<ClientFrame.Presence>();

        client.Receive(new ServerFrame.PresenceDiff("room", [], [], [], 0) { Kind = PresenceKind.Ended, Reason = "put off" });
        client.Receive(PresenceFixture.Ok(frame.Id));

        Assert.Equal(new ClientEffect.Complete(request, new RequestOutcome.Done()), client.TakeOne<ClientEffect.Complete>());
        client.Reconnect();
        Assert.Equal(["room=2"], client.TakeSaid());
    }

    /// <summary>Chance decides what happens in the room and to the connection; whoever is told sees the room as it is.</summary>
    [Fact]
    public void Sees_the_room_as_it_is_whatever_happened()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var chance = new Random(seed);
            var client = PresenceFixture.Present("1");
            var room = new ModelRoom(client, listMax: 6);
            for (var step = 0; step < 60; step++)
            {
                switch (chance.Next(10))
                {
                    case 0:
                        client.Reconnect();
                        room.Begin();
                        break;
                    case < 5: room.Comes(chance.Next(10)); break;
                    case < 8: room.Goes(chance.Next(10)); break;
                    default: room.Tells(); break;
                }
            }

            room.Tells();
            Assert.True(room.Expected == client.Seen(), $"Seed {seed}: {room.Expected} is there, {client.Seen()} is seen.");
        }
    }

    private static RealTimeActors.Client.Machine.Subscriptions.ClientSubscription Watching(MachineFixture client)
    {
        var followed = client.Machine.Subscribe(client.Now, new ClientFrame.Subscribe { Channel = "room", From = From.Now, Presence = PresenceInterest.Members });
        client.Receive(MachineFixture.Subscribed(0, channel: "room"));
        client.Take();
        return followed;
    }

    private static List<string> Shown(MachineFixture client) => client.Take<ClientEffect.PresenceShown>().ConvertAll(shown => PresenceFixture.Text(shown.Snapshot));
}
