using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.States;

namespace RealTimeActors.Client.Tests.States;

public sealed class StateChangesTests
{
    private readonly StateChanges _changes = new();

    [Fact]
    public async Task What_happens_to_an_entry_while_nobody_takes_it_is_one_change_and_a_reason_is_not_lost()
    {
        var outcome = new MutationOutcome { Mutation = new PendingMutation { Channel = "c", Key = "a", Operation = "set", Producer = "p", Number = 1 }, Result = MutationResult.Rejected };
        _changes.Add([Change("a", 1, 2, StateChangeCause.Edited), Change("b", 5, 6, StateChangeCause.Changed)]);
        _changes.Add([Change("a", 2, 1, StateChangeCause.RolledBack) with { Outcome = outcome }]);
        _changes.Add([Change("a", 1, 3, StateChangeCause.Changed)]);

        var taken = await _changes.TakeAsync();

        Assert.Equal([("a", 1L, 3L), ("b", 5L, 6L)], taken!.Select(change => (change.Key, change.Before!.Version, change.After!.Version)));
        Assert.Equal((StateChangeCause.Changed, outcome), (taken![0].Cause, taken[0].Outcome));
    }

    [Fact]
    public async Task What_is_left_at_the_end_is_taken_and_then_nothing()
    {
        _changes.Add([Change("a", 1, 2, StateChangeCause.Changed)]);
        _changes.End();

        Assert.Single((await _changes.TakeAsync())!);
        Assert.Null(await _changes.TakeAsync());
    }

    private static StateChange Change(string key, long before, long after, StateChangeCause cause) =>
        new(key, cause, Entry(key, before), Entry(key, after), IsConfirmed: true);

    private static StateEntry Entry(string key, long version) => new(key, version, default, null, 0);
}
