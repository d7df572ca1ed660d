using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.State;

public sealed class MutatingTests
{
    [Fact]
    public void An_edit_is_seen_at_once_and_confirmed_by_its_change()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"n":1}""", version: 3));

        var edit = client.Edit("a", "increment", """{"n":2}""");

        Assert.Equal("""a={"n":3}*""", state.Seen());
        var effects = client.Take();
        var frame = effects.OfType<ClientEffect.Send>().Select(send => send.Frame).OfType<ClientFrame.Mutate>().Single();
        Assert.Equal((edit.MutationId, 3, null), (frame.MutationId, frame.BaseVersion, frame.IfVersion));
        Assert.EndsWith(":1", edit.MutationId, StringComparison.Ordinal);
        var shown = effects.OfType<ClientEffect.StateShown>().Single().Changes.Single();
        Assert.Equal((StateChangeCause.Edited, false, edit.MutationId), (shown.Cause, shown.IsConfirmed, shown.MutationId));

        client.Change(8, "a", 4, patch: """{"n":3}""", mutationId: edit.MutationId);
        Assert.Equal("""a={"n":3}""", state.Seen());
        client.Mutated(frame, "applied", 8, 4, """{"n":3}""");
        Assert.Equal("""a={"n":3}""", state.Seen());
        Assert.Equal(MutationResult.Applied, client.TakeOne<ClientEffect.MutationDecided>().Outcome.Result);
        Assert.Equal(0, client.Machine.MutationsWaiting);
    }

    [Fact]
    public void An_edit_that_is_decided_before_its_change_comes_is_seen_until_then_and_once()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"n":1}"""));
        var edit = client.Edit("a", "increment", """{"n":2}""");
        var frame = client.TakeFrame<ClientFrame.Mutate>();

        client.Mutated(frame, "merged", 9, 3, """{"n":13}""");
        Assert.Equal("""a={"n":3}*""", state.Seen());
        client.Change(8, "a", 2, patch: """{"n":11}""");
        Assert.Equal("""a={"n":13}*""", state.Seen());
        client.Change(9, "a", 3, patch: """{"n":13}""", mutationId: edit.MutationId);

        Assert.Equal("""a={"n":13}""", state.Seen());
    }

    [Fact]
    public void An_edit_whose_change_does_not_concern_this_client_ends_where_the_document_has_passed_it()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"n":1}"""));
        client.Edit("a", "merge", """{"unseen":2}""");
        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "applied", 8, 2);

        client.Receive(new ServerFrame.Skip("grants", 8, 8));

        Assert.Equal("""a={"n":1}""", state.Seen());
    }

    [Fact]
    public void Edits_are_made_anew_on_what_others_have_changed()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"n":1,"name":"old"}"""));
        client.Edit("a", "increment", """{"n":1}""");
        client.Edit("a", "merge", """{"note":"mine"}""");

        client.Change(8, "a", 2, patch: """{"n":10,"name":"new"}""");

        Assert.Equal("""a={"n":11,"name":"new","note":"mine"}*""", state.Seen());
        Assert.Equal(2, state.View!.Snapshot.Entries["a"].PendingCount);
        Assert.Equal("""{"n":10,"name":"new"}""", StateFixture.TextOf(state.View.Snapshot.Entries["a"].Confirmed));
    }

    [Theory]
    [InlineData("rejected", MutationResult.Rejected)]
    [InlineData("superseded", MutationResult.Superseded)]
    public void An_edit_that_loses_is_rolled_back_with_the_reason(string word, MutationResult result)
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));
        client.Edit("a", "set", "2", ifVersion: 1);
        var frame = client.TakeFrame<ClientFrame.Mutate>();
        Assert.Equal(1, frame.IfVersion);

        client.Mutated(frame, word, 9, 5, "4", "version 5 is there, 1 was expected");

        Assert.Equal("a=1", state.Seen());
        var effects = client.Take();
        var outcome = effects.OfType<ClientEffect.MutationDecided>().Single().Outcome;
        Assert.Equal((result, 5, "4", "version 5 is there, 1 was expected"), (outcome.Result, outcome.Version, StateFixture.TextOf(outcome.Value), outcome.Reason));
        var change = effects.OfType<ClientEffect.StateShown>().Single().Changes.Single();
        Assert.Equal((StateChangeCause.RolledBack, true, outcome), (change.Cause, change.IsConfirmed, change.Outcome));
    }

    [Fact]
    public void A_refused_edit_is_rolled_back_and_those_on_top_of_it_stay()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", """{"n":1}""", version: 6));
        client.Edit("a", "increment", """{"n":100}""");
        client.Edit("a", "increment", """{"n":1}""");
        var frames = client.TakeFrames().OfType<ClientFrame.Mutate>().ToList();

        client.Receive(new ServerFrame.Error(ErrorCode.BadRequest, "100 is too much") { Id = frames[0].Id });

        Assert.Equal("""a={"n":2}*""", state.Seen());
        var outcome = client.TakeOne<ClientEffect.MutationDecided>().Outcome;
        Assert.Equal((MutationResult.Rejected, ErrorCode.BadRequest, 6, false), (outcome.Result, outcome.Error, outcome.Version, outcome.MayBeInLog));
        Assert.Equal("100 is too much", outcome.Reason);
    }

    [Fact]
    public void Edits_that_are_not_answered_go_out_again_unchanged_and_in_order()
    {
        var client = MachineFixture.Connected(options => options with { WallClock = () => 1_000_000 });
        client.FollowedState(7, StateFixture.Entry("a", "1"));
        client.Edit("a", "merge", "2");
        client.Edit("b", "increment", """{"n":1}""");
        var first = client.TakeFrames().OfType<ClientFrame.Mutate>().ToList();

        client.Reconnect(MachineFixture.Subscribed(7, Recovered.Full, channel: "grants"));

        Assert.Equal(first, client.TakeFrames().OfType<ClientFrame.Mutate>());
        Assert.Equal([1_000_000, 1_000_001], first.Select(frame => frame.TimeUnixMs!.Value));
        client.Mutated(first[0], "applied", 8, 2, "2", duplicate: true);
        Assert.True(client.TakeOne<ClientEffect.MutationDecided>().Outcome.IsDuplicate);
    }

    [Fact]
    public void Edits_made_on_a_clock_that_is_hours_ahead_go_out_with_the_time_at_which_they_were_made()
    {
        var wall = 18_000_000L;
        var client = new MachineFixture(options => options with { WallClock = () => wall }).Start();
        client.Edit("a", "merge", "2");
        wall += 500;
        client.Edit("b", "increment", """{"n":1}""");
        wall += 9_500;
        client.ServerTimeUnixMs = 1_010_000;

        client.Greet().Welcome(isResumed: false);

        Assert.Equal([1_000_000, 1_000_500], client.TakeFrames().OfType<ClientFrame.Mutate>().Select(frame => frame.TimeUnixMs!.Value));
        Assert.Equal(1_010_000, client.Edit("c", "set", "1").TimeUnixMs);
    }

    [Fact]
    public void Edits_made_offline_wait_and_go_out_with_the_connection()
    {
        var client = MachineFixture.Connected();
        var state = client.FollowedState(7, StateFixture.Entry("a", "1"));
        client.Lose();
        client.Edit("a", "set", "2");
        Assert.Equal("a=2*", state.Seen());
        Assert.Empty(client.TakeFrames().OfType<ClientFrame.Mutate>());
        client.Edit("b", "set", "3");

        client.Pass(TimeSpan.FromSeconds(1));
        client.Greet().Welcome(isResumed: true, MachineFixture.Subscribed(7, Recovered.Full, channel: "grants"));

        Assert.Equal(["a", "b"], client.TakeFrames().OfType<ClientFrame.Mutate>().Select(frame => frame.Key));
    }

    [Theory]
    [InlineData(ErrorCode.Overloaded)]
    [InlineData(ErrorCode.Timeout)]
    public void An_edit_that_is_not_taken_now_is_sent_again_later_and_those_behind_it_wait(ErrorCode code)
    {
        var client = MachineFixture.Connected();
        client.Edit("a", "set", "1");
        var frame = client.TakeFrame<ClientFrame.Mutate>();

        for (var attempt = 0; attempt < 30; attempt++)
        {
            client.Receive(new ServerFrame.Error(code, "busy") { Id = frame.Id });
            if (attempt == 0)
                client.Edit("b", "set", "2");
            Assert.Empty(client.TakeFrames().OfType<ClientFrame.Mutate>());
            client.Pass(TimeSpan.FromSeconds(1));
            var again = client.TakeFrames().OfType<ClientFrame.Mutate>().ToList();
            Assert.Equal(frame, again[0]);
            Assert.Equal(attempt == 0 ? 2 : 1, again.Count);
        }
    }

    [Fact]
    public void An_edit_that_makes_the_server_fail_again_and_again_does_not_hold_back_those_behind_it_for_ever()
    {
        var client = MachineFixture.Connected();
        client.Edit("a", "set", "1");
        var frame = client.TakeFrame<ClientFrame.Mutate>();

        MutationOutcome? outcome = null;
        for (var attempt = 0; outcome is null && attempt < 30; attempt++)
        {
            client.Receive(new ServerFrame.Error(ErrorCode.Internal, "failed") { Id = frame.Id });
            outcome = client.Take<ClientEffect.MutationDecided>().SingleOrDefault()?.Outcome;
            client.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((MutationResult.Rejected, ErrorCode.Internal, true), (outcome!.Result, outcome.Error, outcome.MayBeInLog));
    }

    [Fact]
    public void No_more_edits_of_a_channel_are_under_way_than_the_server_will_remember()
    {
        var client = MachineFixture.Connected();
        for (var i = 0; i < 150; i++)
            client.Edit($"k{i}", "set", "1");
        var sent = client.TakeFrames().OfType<ClientFrame.Mutate>().ToList();
        Assert.Equal(100, sent.Count);

        client.Mutated(sent[0], "applied", 1, 1, "1");

        Assert.Equal("k100", client.TakeFrame<ClientFrame.Mutate>().Key);
    }

    [Fact]
    public void Whoever_takes_away_what_he_has_just_added_says_that_he_has_seen_it()
    {
        var client = MachineFixture.Connected();
        client.FollowedState(7, StateFixture.Entry("a", """{"tags":[]}""", version: 5));
        client.Edit("a", "add", """{"tags":["x"]}""");
        client.Edit("a", "remove", """{"tags":["x"]}""");
        client.Edit("b", "set", "1");
        var add = client.TakeFrame<ClientFrame.Mutate>();
        Assert.Equal("add", add.Operation);

        client.Mutated(add, "merged", 9, 7, """{"tags":["x","y"]}""");

        var next = client.TakeFrames().OfType<ClientFrame.Mutate>().ToList();
        Assert.Equal([("remove", 7L), ("set", 0L)], next.Select(frame => (frame.Operation, frame.BaseVersion!.Value)));
    }

    [Theory]
    [InlineData(6, 6)]
    [InlineData(7, 5)]
    public void Whoever_replaces_his_own_edit_has_seen_it_but_not_what_others_did_in_between(long answered, long expected)
    {
        var client = MachineFixture.Connected();
        client.FollowedState(7, StateFixture.Entry("a", "1", version: 5));
        client.Edit("a", "merge", "2");
        client.Edit("a", "set", "3");

        client.Mutated(client.TakeFrame<ClientFrame.Mutate>(), "applied", 9, answered, "2");

        Assert.Equal(expected, client.TakeFrame<ClientFrame.Mutate>().BaseVersion);
    }

    [Fact]
    public void An_edit_that_is_made_while_the_document_is_asked_for_anew_is_made_on_what_is_seen()
    {
        var client = MachineFixture.Connected();
        client.FollowedState(7, StateFixture.Entry("a", "1", version: 4));
        client.Change(9, "a", 6, value: "3");

        client.Edit("a", "merge", "9");

        Assert.Equal(4, client.TakeFrame<ClientFrame.Mutate>().BaseVersion);
    }

    [Fact]
    public void More_edits_than_may_wait_are_rejected_and_so_are_those_that_no_frame_holds()
    {
        var client = MachineFixture.Connected(options => options with { MutationsMax = 2 });
        client.Edit("a", "set", "1");
        client.Edit("b", "set", $"\"{new string('x', 70_000)}\"");
        client.Edit("c", "set", "1");
        client.Edit("d", "set", "1");

        var reasons = client.Take<ClientEffect.MutationAbandoned>().Select(ended => (ended.Mutation.Key, ((RequestOutcome.Rejected)ended.Outcome).Reason));

        Assert.Equal([("b", RejectReason.TooLarge), ("d", RejectReason.OutboxFull)], reasons);
    }
}
