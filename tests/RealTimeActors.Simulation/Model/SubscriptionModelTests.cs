using FsCheck;
using FsCheck.Fluent;

namespace RealTimeActors.Simulation.Model;

/// <summary>The laws of one subscription, whatever happens to it. The model is only worth its checkers if it keeps them itself.</summary>
public sealed class SubscriptionModelTests
{
    private static readonly Config _runs = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithReplay(20261121, 1).WithName("cursor");

    [Fact]
    public void Every_offset_after_the_start_is_accounted_for_once_the_faults_are_over() => Always(actions =>
    {
        var model = After(actions);

        model.Settle();

        var expected = Offsets(model.Reader.Start + 1, model.Log.Head);
        Assert.Equal(expected, model.Reader.Accounts.Keys);
        Assert.Equal(model.Log.Head, model.Reader.Prefix);
        Assert.Equal(model.Log.Head, model.Cursor.Prefix);
    });

    [Fact]
    public void Resuming_after_any_run_loses_nothing_that_was_not_announced_as_lost() => Always(actions =>
    {
        var model = After(actions);

        model.Settle();

        foreach (var offset in Offsets(model.History.Start.Offset + 1, model.Log.Head).Where(o => model.Log[o].IsWanted))
        {
            Assert.True(
                model.History.WasApplied(offset) || model.History.WasGap(offset) || model.History.WasGivenUp(offset),
                $"Offset {offset} of {model.Log.Head} was wanted, and neither applied nor given up nor told as a gap.");
        }
    });

    [Fact]
    public void A_reader_applies_an_offset_once_unless_it_asked_for_it_again() => Always(actions =>
    {
        var model = After(actions);

        model.Settle();

        Assert.Null(model.History.AppliedTwice);
    });

    [Fact]
    public void Only_what_retention_took_is_told_as_a_gap_and_only_what_is_not_wanted_or_acked_as_a_skip() => Always(actions =>
    {
        var model = After(actions);

        model.Settle();

        foreach (var (offset, account) in model.Reader.Accounts)
        {
            var isRight = account switch
            {
                Account.Gap => offset <= model.Log.Trim && model.Log[offset].IsWanted,
                Account.Skip => !model.Log[offset].IsWanted || model.History.WasAccounted(offset),
                _ => model.Log[offset].IsWanted,
            };
            Assert.True(isRight, $"Offset {offset} was accounted for as {account}.");
        }
    });

    [Fact]
    public void A_cursor_never_moves_back_but_by_a_fresh_start_or_a_crash_and_never_past_the_highest_ack_or_the_head() => Always(actions =>
    {
        var model = new SubscriptionModel();
        var (starts, prefix) = (model.History.Starts, model.Cursor.Prefix);
        foreach (var action in actions)
        {
            model.Do(action);

            Assert.True(model.Cursor.Prefix <= model.Cursor.HighestAck);
            if (model.Cursor.Epoch == model.Log.Epoch)
                Assert.InRange(model.Cursor.Prefix, 0, model.Log.Head);

            var mayMoveBack = action is ModelAction.ServerCrash or ModelAction.RestoreBackup || model.History.Starts != starts;
            if (!mayMoveBack)
                Assert.True(model.Cursor.Prefix >= prefix, $"{action} moved the cursor from {prefix} to {model.Cursor.Prefix}.");

            (starts, prefix) = (model.History.Starts, model.Cursor.Prefix);
        }
    });

    [Fact]
    public void A_cursor_holds_nothing_that_no_client_accounted_for() => Always(actions =>
    {
        var model = new SubscriptionModel();
        foreach (var action in actions)
        {
            model.Do(action);

            if (model.Cursor.Epoch != model.History.Start.Epoch)
                continue;

            foreach (var offset in Offsets(model.History.Start.Offset + 1, model.Log.Head).Where(model.Cursor.Contains))
                Assert.True(model.History.WasAccounted(offset) || model.History.WasGivenUp(offset), $"Offset {offset} counts as read after {action}.");
        }
    });

    [Fact]
    public void An_ack_of_another_epoch_moves_nothing()
    {
        var cursor = new CursorModel(epoch: 2, offset: 3);

        cursor.Take(new AckModel(Epoch: 1, Offset: 9, []), head: 10);

        Assert.Equal(3, cursor.Prefix);
    }

    [Fact]
    public void A_nacked_offset_is_left_out_of_acks_until_it_is_resolved()
    {
        var reader = new ReaderModel();
        reader.Take(new Told.Subscribed(1, 0, IsFresh: true));
        for (var offset = 1; offset <= 3; offset++)
            reader.Take(new Told.Event(offset, 1));

        reader.Nack(2);
        var before = reader.Ack();
        var isApplied = reader.Take(new Told.Event(2, 2));
        var after = reader.Ack();

        Assert.Equal((1, 3), (before.Offset, Assert.Single(before.Ranges).From));
        Assert.True(isApplied);
        Assert.Equal(3, after.Offset);
    }

    private static void Always(Action<ModelAction[]> law) => Prop.ForAll(ModelActions.Any, law).Check(_runs);

    private static SubscriptionModel After(ModelAction[] actions)
    {
        var model = new SubscriptionModel();
        foreach (var action in actions)
            model.Do(action);

        return model;
    }

    private static IEnumerable<long> Offsets(long from, long to)
    {
        for (var offset = from; offset <= to; offset++)
            yield return offset;
    }
}
