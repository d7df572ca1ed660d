namespace RealTimeActors.Client.Tests.Machine.State;

/// <summary>Many short lives against a server that obeys the contract, over connections and processes that end anywhere. A failure names the seed that replays it.</summary>
public sealed class StateLivesTests
{
    [Fact]
    public void Every_edit_that_was_kept_is_sent_made_at_most_once_and_told_and_what_is_seen_is_what_can_be_known()
    {
        var (edits, restarts) = (0, 0);
        for (var seed = 1; seed <= 150; seed++)
        {
            var life = new StateLife(seed, canRewind: false);
            life.Run();
            edits += life.Told.Count;
            restarts += life.Restarts;
        }

        // What was to be tried has happened.
        Assert.InRange(edits, 2_000, int.MaxValue);
        Assert.InRange(restarts, 700, int.MaxValue);
    }

    [Fact]
    public void When_the_log_begins_another_life_the_document_is_the_new_one_with_the_edits_that_are_not_decided()
    {
        for (var seed = 1; seed <= 150; seed++)
            new StateLife(seed, canRewind: true).Run();
    }
}
