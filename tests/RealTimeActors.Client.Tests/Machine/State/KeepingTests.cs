using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>With a store an edit is written down before anybody sees it.</summary>
public sealed class KeepingTests
{
    [Fact]
    public void An_edit_is_neither_seen_nor_sent_before_it_is_kept()
    {
        var client = StateFixture.WithStore();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));

        var edit = client.Edit("a", "set", "2");
        var effects = client.Take();
        Assert.Equal(edit, effects.OfType<ClientEffect.KeepMutation>().Single().Mutation);
        Assert.Single(effects);
        Assert.Equal("a=1", state.Seen());

        client.Machine.MutationKept(client.Now, edit.Number);
        effects = client.Take();
        Assert.Equal("a=2*", state.Seen());
        Assert.Equal(edit, effects.OfType<ClientEffect.MutationPending>().Single().Mutation);
        var frame = effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Mutate>().Single();

        client.Mutated(frame, "applied", 8, 2, "2");
        Assert.Equal(edit, client.TakeOne<ClientEffect.DropMutation>().Mutation);
    }

    [Theory]
    [InlineData("applied", "a=2", "a=2")]
    [InlineData("merged", "a=2", "a=2")]
    [InlineData("superseded", "a=2*", "a=1")]
    [InlineData("rejected", "a=2*", "a=1")]
    public void What_became_of_an_edit_is_told_when_the_store_has_let_go_of_it(string result, string seenBefore, string seenAfter)
    {
        // Or a process that is killed in between leaves it to the next, which sends it again, and may hear something else.
        var client = StateFixture.WithStore();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));
        var edit = client.Edit("a", "set", "2");
        client.Machine.MutationKept(client.Now, edit.Number);
        var frame = client.TakeFrame<ClientFrame.Mutate>();
        if (result is "applied" or "merged")
            client.Change(8, "a", 2, "2", mutationId: edit.MutationId);
        client.Take();

        client.Mutated(frame, result, 8, 2, "2");
        var effects = client.Take();
        Assert.Equal(edit, effects.OfType<ClientEffect.DropMutation>().Single().Mutation);
        Assert.Empty(effects.OfType<ClientEffect.MutationDecided>());
        Assert.Equal(seenBefore, state.Seen());
        Assert.Equal(1, client.Machine.MutationsWaiting);

        client.Machine.MutationDropped(client.Now, edit.Number);
        Assert.Equal(result, client.TakeOne<ClientEffect.MutationDecided>().Outcome.Result.ToString().ToLowerInvariant());
        Assert.Equal(seenAfter, state.Seen());
        Assert.Equal(0, client.Machine.MutationsWaiting);
    }

    [Fact]
    public void A_store_that_cannot_let_go_of_an_edit_is_asked_again_and_at_last_it_is_told_that_it_is_still_kept()
    {
        var client = StateFixture.WithStore();
        client.FollowedState(7, StateFixture.Entry("a", "1"));
        var edit = client.Edit("a", "set", "2", ifVersion: 9);
        client.Machine.MutationKept(client.Now, edit.Number);
        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "rejected", 0, 1, "1");
        client.Take();

        for (var failures = 1; failures < 5; failures++)
        {
            client.Machine.MutationNotDropped(client.Now, edit.Number, "the disk is full");
            Assert.Empty(client.Take());
            client.Pass(client.Machine.NextDeadline!.Value - client.Now);
            Assert.Equal(edit, client.TakeOne<ClientEffect.DropMutation>().Mutation);
        }

        client.Machine.MutationNotDropped(client.Now, edit.Number, "the disk is full");
        var outcome = client.TakeOne<ClientEffect.MutationDecided>().Outcome;
        Assert.True(outcome.IsStillKept);
        Assert.Equal(MutationResult.Rejected, outcome.Result);
    }

    [Fact]
    public void A_closed_client_tells_what_was_answered_as_soon_as_the_store_has_let_go_of_it()
    {
        var client = StateFixture.WithStore();
        client.FollowedState(7, StateFixture.Entry("a", "1"));
        var edit = client.Edit("a", "set", "2", ifVersion: 9);
        client.Machine.MutationKept(client.Now, edit.Number);
        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "rejected", 0, 1, "1");
        client.Machine.MutationNotDropped(client.Now, edit.Number, "the disk is full");
        client.Lose();
        client.Take();

        // No time passes any more after which it could be asked again.
        client.Machine.Close(client.Now, keepSession: true);
        Assert.Equal(edit, client.TakeOne<ClientEffect.DropMutation>().Mutation);
        client.Machine.MutationDropped(client.Now, edit.Number);

        Assert.False(client.TakeOne<ClientEffect.MutationDecided>().Outcome.IsStillKept);
    }

    [Fact]
    public void An_edit_that_could_not_be_kept_is_rejected_and_does_not_hold_back_the_next()
    {
        var client = StateFixture.WithStore();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));
        var lost = client.Edit("a", "set", "2");
        var kept = client.Edit("b", "set", "3");
        client.Machine.MutationKept(client.Now, kept.Number);
        Assert.Empty(client.TakeFrames());

        client.Machine.MutationNotKept(client.Now, lost.Number, "the disk is full");

        var effects = client.Take();
        Assert.Equal("a=1 b=3*", state.Seen());
        var outcome = Assert.IsType<RequestOutcome.Rejected>(effects.OfType<ClientEffect.MutationAbandoned>().Single().Outcome);
        Assert.Equal(RejectReason.NotKept, outcome.Reason);
        Assert.Contains("the disk is full", outcome.Message, StringComparison.Ordinal);
        Assert.Equal("b", effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Mutate>().Single().Key);
    }

    [Fact]
    public void What_a_former_process_left_is_seen_and_sent_as_it_was_and_numbers_and_times_go_on()
    {
        var left = new PendingMutation { Channel = "grants", Key = "a", Operation = "increment", Value = "{\"n\":1}"u8.ToArray(), Producer = "m-1", Number = 6, TimeUnixMs = 5_000_000, BaseVersion = 3 };
        var client = new MachineFixture(options => options with { KeepsMutations = true, WallClock = () => 1_000_000, Mutations = new KeptMutations("m-1", 9, 5_000_007, [left]) });
        client.Start().Greet().Welcome(isResumed: true);

        var frame = client.TakeFrame<ClientFrame.Mutate>();
        Assert.Equal(("m-1:6", 5_000_000, 3), (frame.MutationId, frame.TimeUnixMs, frame.BaseVersion));
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"n":1}"""));
        Assert.Equal("""a={"n":2}*""", state.Seen());
        var next = client.Edit("b", "set", "1");
        Assert.Equal(("m-1:10", 5_000_008), (next.MutationId, next.TimeUnixMs));

        client.Mutated(frame, "applied", 7, 4, """{"n":1}""", duplicate: true);

        Assert.Equal("""a={"n":1}""", state.Seen());
    }

    [Fact]
    public void A_raised_base_is_kept_before_it_is_sent()
    {
        var client = StateFixture.WithStore();
        client.FollowedState(7, StateFixture.Entry("a", """{"tags":[]}""", version: 5));
        var add = client.Edit("a", "add", """{"tags":["x"]}""");
        var remove = client.Edit("a", "remove", """{"tags":["x"]}""");
        client.Machine.MutationKept(client.Now, add.Number);
        client.Machine.MutationKept(client.Now, remove.Number);

        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "applied", 8, 6);
        var effects = client.Take();
        Assert.Equal(remove with { BaseVersion = 6 }, effects.OfType<ClientEffect.KeepMutation>().Single().Mutation);
        Assert.Empty(effects.OfType<ClientEffect.Send>());
        client.Machine.MutationDropped(client.Now, add.Number);
        Assert.Empty(client.TakeFrames());
        client.Machine.MutationKept(client.Now, remove.Number);

        Assert.Equal(6, client.TakeFrame<ClientFrame.Mutate>().BaseVersion);
    }

    [Fact]
    public void An_edit_that_waited_for_another_is_kept_again_behind_the_end_of_that_one()
    {
        // Or a process that finds both would take it for one that was never sent, and say something else.
        var client = StateFixture.WithStore();
        client.FollowedState(7, StateFixture.Entry("a", "1", version: 5));
        var first = client.Edit("a", "merge", "2");
        var second = client.Edit("a", "set", "3");
        client.Machine.MutationKept(client.Now, first.Number);
        client.Machine.MutationKept(client.Now, second.Number);

        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "rejected", 7, 5, "1");

        var effects = client.Take();
        Assert.Equal([$"drop {first.MutationId}", $"keep {second.MutationId}"], effects.Select(effect => effect switch
        {
            ClientEffect.DropMutation drop => $"drop {drop.Mutation.MutationId}",
            ClientEffect.KeepMutation keep => $"keep {keep.Mutation.MutationId}",
            _ => null,
        }).Where(text => text is not null));
        Assert.Empty(effects.OfType<ClientEffect.Send>());
        client.Machine.MutationDropped(client.Now, first.Number);
        client.Machine.MutationKept(client.Now, second.Number);
        Assert.Equal(5, client.TakeFrame<ClientFrame.Mutate>().BaseVersion);
    }

    [Fact]
    public void An_edit_that_waited_for_another_is_not_sent_as_long_as_a_later_process_would_find_that_one_too()
    {
        // It would send it again, hear of a later version, and send this one with another base under the same id: that is refused, whatever became of it.
        var client = StateFixture.WithStore();
        client.FollowedState(7, StateFixture.Entry("a", """{"tags":[]}""", version: 5));
        var add = client.Edit("a", "add", """{"tags":["x"]}""");
        var remove = client.Edit("a", "remove", """{"tags":["x"]}""");
        client.Machine.MutationKept(client.Now, add.Number);
        client.Machine.MutationKept(client.Now, remove.Number);
        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "applied", 8, 6);

        client.Machine.MutationNotDropped(client.Now, add.Number, "the disk is full");
        client.Machine.MutationKept(client.Now, remove.Number);
        Assert.Empty(client.TakeFrames().OfType<ClientFrame.Mutate>());
        client.Pass(client.Machine.NextDeadline!.Value - client.Now);
        Assert.Equal(add, client.TakeOne<ClientEffect.DropMutation>().Mutation);
        client.Machine.MutationDropped(client.Now, add.Number);

        Assert.Equal((remove.MutationId, 6), client.TakeFrames().OfType<ClientFrame.Mutate>().Select(frame => (frame.MutationId, frame.BaseVersion)).Single());
    }

    [Fact]
    public void An_edit_that_becomes_another_while_it_is_written_down_is_sent_when_the_last_of_it_is_kept()
    {
        var client = StateFixture.WithStore();
        client.FollowedState(7, StateFixture.Entry("a", """{"tags":[]}""", version: 5));
        var add = client.Edit("a", "add", """{"tags":["x"]}""");
        client.Machine.MutationKept(client.Now, add.Number);
        var sent = client.TakeFrame<ClientFrame.Mutate>();
        var remove = client.Edit("a", "remove", """{"tags":["x"]}""");
        client.Mutated(sent, "applied", 8, 6);
        Assert.Equal([5L, 6L], client.Take<ClientEffect.KeepMutation>().Select(keep => keep.Mutation.BaseVersion!.Value));
        client.Machine.MutationDropped(client.Now, add.Number);

        client.Machine.MutationKept(client.Now, remove.Number);
        Assert.Empty(client.TakeFrames());
        client.Machine.MutationNotKept(client.Now, remove.Number, "the disk is full");

        // As it is on the disk, and not as it could not be written.
        Assert.Equal(5, client.TakeFrame<ClientFrame.Mutate>().BaseVersion);
    }

    [Fact]
    public void Edits_are_seen_in_the_order_in_which_they_were_made_whichever_is_kept_first()
    {
        var client = StateFixture.WithStore();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));
        var first = client.Edit("a", "merge", """{"n":1}""");
        client.Machine.MutationKept(client.Now, first.Number);
        var sent = client.TakeFrame<ClientFrame.Mutate>();

        // The second is written down once more when the first is answered; the third comes between.
        var second = client.Edit("a", "set", "2");
        var third = client.Edit("a", "merge", """{"n":3}""");
        client.Mutated(sent, "rejected", 0, 1, "1");
        client.Machine.MutationKept(client.Now, second.Number);
        client.Machine.MutationKept(client.Now, third.Number);
        client.Machine.MutationDropped(client.Now, first.Number);
        client.Machine.MutationKept(client.Now, second.Number);

        Assert.Equal("""a={"n":3}*""", state.Seen());
    }

    [Fact]
    public void A_closed_client_leaves_what_is_kept_to_the_next_and_rejects_what_is_not()
    {
        var client = StateFixture.WithStore();
        var kept = client.Edit("a", "set", "1");
        client.Machine.MutationKept(client.Now, kept.Number);
        client.Lose();
        client.Edit("b", "set", "2");
        client.Take();

        client.Machine.Close(client.Now, keepSession: true);

        var effects = client.Take();
        var postponed = effects.OfType<ClientEffect.MutationAbandoned>().Single();
        Assert.Equal(kept, postponed.Mutation);
        Assert.IsType<RequestOutcome.Postponed>(postponed.Outcome);
        var dropped = effects.OfType<ClientEffect.DropMutation>().Single().Mutation;
        Assert.Equal("b", dropped.Key);

        client.Machine.MutationDropped(client.Now, dropped.Number);
        Assert.IsType<RequestOutcome.Rejected>(client.TakeOne<ClientEffect.MutationAbandoned>().Outcome);
    }

    [Fact]
    public void What_a_closed_client_cannot_take_out_of_its_store_is_not_said_to_be_rejected()
    {
        var client = StateFixture.WithStore();
        var edit = client.Edit("a", "set", "1");
        client.Lose();
        client.Machine.Close(client.Now, keepSession: true);
        client.Take();

        client.Machine.MutationNotDropped(client.Now, edit.Number, "the disk is full");

        Assert.IsType<RequestOutcome.Unresolved>(client.TakeOne<ClientEffect.MutationAbandoned>().Outcome);
    }

    [Fact]
    public void An_edit_that_a_kept_document_has_is_seen_once_as_soon_as_that_is_known_though_the_document_is_asked_for_anew()
    {
        // The former process was killed when its edit had come into the document, and before the answer.
        var left = new PendingMutation { Channel = StateFixture.Channel, Key = "a", Operation = "increment", Value = """{"n":2}"""u8.ToArray(), Producer = "m-1", Number = 9, TimeUnixMs = 5 };
        var client = new MachineFixture(options => options with { KeepsMutations = true, Mutations = new KeptMutations("m-1", 9, 5, [left]) });
        var state = client.FollowState(new KeptState(StateFixture.Channel, "e1", 8, null, [StateFixture.Entry("a", """{"n":3}""", version: 2)]));
        client.Start().Greet().Welcome(isResumed: true, MachineFixture.Subscribed(20, Recovered.Full, channel: StateFixture.Channel));
        Assert.Equal((false, """a={"n":5}*"""), (state.View!.IsWhole, state.Seen()));

        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "applied", 8, 2, """{"n":3}""", duplicate: true);

        Assert.Equal((false, """a={"n":3}"""), (state.View.IsWhole, state.Seen()));
    }
}
