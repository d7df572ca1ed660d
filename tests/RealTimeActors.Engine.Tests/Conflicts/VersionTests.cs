using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class VersionTests
{
    private readonly StateScript _state = new();

    [Fact]
    public void A_key_that_comes_again_goes_on_counting()
    {
        _state.Merges("""{"a":1}""");
        _state.Merges("""{"a":2}""");
        Assert.Equal(3, _state.Deletes().Version);
        Assert.Equal("", _state.Value());

        var again = _state.Merges("""{"a":1}""", ifVersion: 0);

        Assert.Equal((MutationResult.Applied, 4L), (again.Result, again.Version));
        Assert.Equal(MutationResult.Rejected, _state.Merges("""{"a":2}""", ifVersion: 1).Result);
    }

    [Fact]
    public void A_forgotten_key_begins_above_all_that_were_forgotten()
    {
        var state = StateDocument.Empty;
        long offset = 0;
        Decision Does(string key, MutationOperation operation, long? baseVersion = null)
        {
            var m = new Mutation { Key = key, Operation = operation, Value = StateScript.Json("""{"a":1}"""), BaseVersion = baseVersion };
            var decision = state.Decide(m, ConflictRules.Default, _state.Custom, StateLimits.Default, 1_000, 0);
            state = state.With(decision, ++offset);
            return decision;
        }

        Does("first", MutationOperation.Merge);
        Does("first", MutationOperation.Merge);
        Does("first", MutationOperation.Delete);
        for (var i = 0; i < StateBounds.TombstonesMax; i++)
            Does($"k{i}", MutationOperation.Delete);

        Assert.Null(Entry("first"));
        Assert.Equal((MutationResult.Superseded, 0L), (Does("first", MutationOperation.Merge, baseVersion: 2).Result, Does("first", MutationOperation.Merge, baseVersion: 2).Version));
        Assert.Equal(4, Does("first", MutationOperation.Merge).Version);
        Assert.Equal(4, Does("new", MutationOperation.Merge).Version);
        Assert.Equal(StateScript.Snapshot(state), StateScript.Snapshot(StateScript.Restored(state)));

        StateEntry? Entry(string key)
        {
            state.TryGet(key, out var entry);
            return entry;
        }
    }

    [Fact]
    public void A_mutation_that_must_find_the_key_says_so_where_it_is_absent()
    {
        var absent = _state.Merges("{}", ifVersion: Mutation.MustExist);
        _state.Merges("{}");
        var present = _state.Merges("""{"a":1}""", ifVersion: Mutation.MustExist);

        Assert.Equal((MutationResult.Rejected, "The key is expected to be there; it is absent."), (absent.Result, absent.Reason));
        Assert.Equal(MutationResult.Applied, present.Result);
    }

    [Fact]
    public void Deleting_what_is_absent_is_fine_and_remembered()
    {
        Assert.Equal(MutationResult.Applied, _state.Deletes(at: 700).Result);
        Assert.Equal(MutationResult.Superseded, _state.Merges("""{"a":1}""", at: 600).Result);

        Assert.Equal(0, _state.State.Count);
    }
}
