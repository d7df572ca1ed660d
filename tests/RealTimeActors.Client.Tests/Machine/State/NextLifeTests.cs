using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>Edits where the log begins another life: its offsets and versions say nothing of the former one's.</summary>
public sealed class NextLifeTests
{
    [Fact]
    public void In_another_life_of_the_log_the_versions_of_the_former_count_for_nothing()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1", version: 50));
        client.Lose();
        client.Edit("a", "merge", "2");
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet();
        client.Take();

        client.Welcome(isResumed: true, MachineFixture.Subscribed(1, Recovered.Reset, "e2", "grants"));
        client.Snapshot(1, StateFixture.Entry("a", "0", version: 1));

        Assert.Null(client.TakeFrame<ClientFrame.Mutate>().BaseVersion);
        Assert.Equal("a=2*", state.Seen());
    }

    [Fact]
    public void An_edit_whose_change_was_in_another_life_of_the_log_only_is_seen_and_sent_again()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1", version: 4));
        var edit = client.Edit("a", "set", "2");
        client.Change(8, "a", 5, value: "2", mutationId: edit.MutationId);
        Assert.Equal("a=2", state.Seen());
        client.Lose();
        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet();
        client.Take();

        client.Welcome(isResumed: true, MachineFixture.Subscribed(1, Recovered.Reset, "e2", "grants"));
        client.Snapshot(1, StateFixture.Entry("a", "0", version: 1));

        var frame = client.TakeFrame<ClientFrame.Mutate>();
        Assert.Equal(edit.MutationId, frame.MutationId);
        Assert.Equal("a=2*", state.Seen());

        client.Mutated(frame, "rejected", 0, 1, "0");
        Assert.Equal("a=0", state.Seen());
    }

    [Fact]
    public void An_edit_that_is_taken_before_the_document_of_the_next_life_is_there_is_seen_until_its_change_comes()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(248, StateFixture.Entry("a", "1", version: 27));
        client.Edit("a", "set", "2");
        Assert.Equal("a=2*", state.Seen());
        client.Reconnect(MachineFixture.Subscribed(149, Recovered.Reset, "e2", StateFixture.Channel));

        // At an offset that the former document has passed long ago, and that the next one has still to come to.
        client.Mutated(client.TakeFrames().OfType<ClientFrame.Mutate>().Last(), "applied", 154, 17, "2", epoch: "e2");
        Assert.Equal("a=2*", state.Seen());
        client.Snapshot(149, StateFixture.Entry("a", "0", version: 16));
        Assert.Equal("a=2*", state.Seen());

        client.Receive(new ServerFrame.Skip(StateFixture.Channel, 150, 153));
        client.Change(154, "a", 17, value: "2");
        Assert.Equal("a=2", state.Seen());
    }

    [Theory]
    [InlineData(8, "a=2")]
    [InlineData(1, "a=0")]
    public void An_edit_whose_change_was_in_the_former_life_is_seen_until_it_comes_in_the_next_where_it_was_taken_meanwhile(long takenAt, string seenAtLast)
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1", version: 4));
        var edit = client.Edit("a", "set", "2");
        client.Change(8, "a", 5, value: "2", mutationId: edit.MutationId);
        client.Reconnect(MachineFixture.Subscribed(1, Recovered.Reset, "e2", StateFixture.Channel));

        client.Mutated(client.TakeFrames().OfType<ClientFrame.Mutate>().Last(), "applied", takenAt, 2, "2", epoch: "e2");
        Assert.Equal("a=2", state.Seen());
        client.Snapshot(1, StateFixture.Entry("a", "0", version: 1));

        // What the snapshot has passed is in it, whatever became of it there.
        Assert.Equal(takenAt > 1 ? "a=2*" : "a=0", state.Seen());
        if (takenAt > 1)
        {
            client.Receive(new ServerFrame.Skip(StateFixture.Channel, 2, 7));
            client.Change(8, "a", 2, value: "2", mutationId: edit.MutationId);
        }

        Assert.Equal(seenAtLast, state.Seen());
    }
}
