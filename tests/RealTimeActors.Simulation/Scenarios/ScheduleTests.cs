using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>Many seeds, each with a mix of its own.</summary>
public sealed class ScheduleTests(ITestOutputHelper output)
{
    private const int Count = 500;

    /// <summary>Without these a run of so many schedules would prove little.</summary>
    private static readonly string[] _mustHappen =
    [
        "the node crashes",
        "a backup is restored",
        "a channel's actor ends under its followers",
        "an ephemeral channel's actor ends under its followers",
        "a change is of other fields than are wanted",
        "a channel of a pattern is lost with the right to it",
        "a checkpoint is held against the log",
        "a checkpoint is shown",
        "a checkpoint shows that a backup was restored",
        "a client connects elsewhere first",
        "a client is started twice",
        "a client starts with Everything",
        "a client starts with edits that it had kept",
        "a client starts with SessionOnly",
        "a compare-and-set fails",
        "a compare-and-set succeeds",
        "a cursor is resumed",
        "a former state is not to be had any more",
        "a former state is read",
        "a dead letter is published again",
        "a dead letter is written",
        "a dead letter tells that its event is not retained any more",
        "a frame comes in pieces",
        "a frame in pieces is taken back",
        "a gap is told (overflow)",
        "a gap is told (retention)",
        "a history is read",
        "a history is read on",
        "a member has another session",
        "a member's connection is gone",
        "a member's session is resumed",
        "a mutation is applied",
        "a mutation is merged",
        "a mutation is refused",
        "a mutation is rejected",
        "a mutation is superseded",
        "a pattern is answered",
        "a pattern is resumed",
        "a position is not to be had",
        "a publish ends as Published",
        "a publish is refused",
        "a publisher waits for receivers in vain",
        "a rate is reached",
        "a repeat is recognised",
        "a replay ends",
        "a repeated mutation is recognised",
        "a right to a channel of a pattern comes by a refresh",
        "a session goes on over another transport",
        "a session is resumed",
        "a session's actor ends under its connection",
        "a session that follows a state is resumed with it (None)",
        "a session that follows a state is resumed without it",
        "a session that nobody comes back to is let go",
        "a state comes in several parts",
        "a state is followed on from where it was",
        "a state is read",
        "a state is told",
        "a subscription is ended by the server with 2001",
        "a subscription is ended by the server with 2002",
        "a subscription falls behind",
        "a subscription falls behind and keeps the newest of each key",
        "a token is replaced in place",
        "a user is put out",
        "a user is put out with his tokens",
        "an event gives way to a newer one",
        "an edit ends as Postponed",
        "an edit is seen before it is answered",
        "an event is delivered again",
        "an event is delivered to nobody",
        "an event is delivered to somebody",
        "an event is nacked",
        "an event is proven to be in a checkpoint",
        "an event is proven to be in the log",
        "an intruder is given a session of his own",
        "an exact subscription or another pattern meets a pattern",
        "an offset is skipped",
        "credit is used up",
        "debounce lets one out because the first has waited for long",
        "disk: reads failed",
        "disk: refused because full",
        "disk: unknown and not written",
        "disk: unknown and written",
        "disk: writes kept though unanswered",
        "disk: writes lost in a crash",
        "fault: slow disk",
        "fault: slow network",
        "fault: stalled disk",
        "http: answers to requests up lost",
        "http: batches fetched again by the same cursor",
        "http: poll answers lost",
        "http: requests up lost",
        "http: sessions resumed by what fetches",
        "http: streams cut inside an event",
        "http: streams gathered on the way",
        "http: streams that went on after the last id",
        "network: cuts",
        "network: cuts inside a frame",
        "network: half open",
        "network: partial sends",
        "presence is told (Changed)",
        "presence is told (Count)",
        "presence is told (Full)",
        "recovered Full",
        "recovered Gap",
        "recovered None",
        "recovered Reset",
        "the next page of a former state is read",
        "who has acked nothing is told again that he begins anew",
    ];

    [Fact]
    public void No_promise_is_broken_and_every_interesting_situation_comes_about()
    {
        var summary = Schedules.Run(firstSeed: 1, Count);

        output.WriteLine($"{summary.Sometimes}{summary.Speed}");
        Assert.True(summary.Failures.Count == 0, summary.Explain(summary.Failures));
        Assert.All(_mustHappen, situation => Assert.True(summary.Sometimes[situation] > 0, $"It never happened that {situation}."));
    }

    /// <summary>A backup was restored, and an edit was taken in the next life of the log before its document had come: the user still saw the former document, and his edit on top of it. Its offset was held against one of
    /// the former life.</summary>
    [Theory]
    [InlineData(1_877)]
    [InlineData(5_181)]
    public void An_edit_that_is_taken_in_the_next_life_of_the_log_is_seen_until_the_document_of_that_life_has_it(ulong seed)
    {
        var result = Simulation.Run(RunPlan.Draw(seed));

        Assert.True(result.IsFine, result.Explain());
    }
}
