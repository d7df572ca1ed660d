using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class CustomRuleTests
{
    private readonly StateScript _state = new("last-write", ("title", "custom:longest"));

    public CustomRuleTests() => _state.Custom["longest"] = new Rule(input => input.Proposed.Length > input.Present.Length ? input.Proposed : input.Present);

    [Fact]
    public void Decides_with_both_values_before_it()
    {
        _state.Merges("""{"title":"a title"}""", at: 500);

        var shorter = _state.Merges("""{"title":"a","other":1}""", at: 900);

        Assert.Equal(MutationResult.Merged, shorter.Result);
        Assert.Equal("""{"other":1,"title":"a title"}""", _state.Value());
        Assert.Contains("""
            "custom":{"title":"a title"}
            """.Trim(), StateScript.Text(shorter.EventData), StringComparison.Ordinal);
    }

    [Fact]
    public void Decides_about_objects_as_a_whole_and_may_decide_for_nothing()
    {
        _state.Custom["longest"] = new Rule(input => input.Operation == MutationOperation.Merge && input.Proposed.Span.SequenceEqual("null"u8) ? default : input.Proposed);
        _state.Merges("""{"title":{"a":1,"b":2}}""");
        _state.Merges("""{"title":{"c":3,"n":null}}""");
        Assert.Equal("""{"title":{"c":3,"n":null}}""", _state.Value());

        _state.Merges("""{"title":null}""");
        Assert.Equal("{}", _state.Value());
    }

    [Fact]
    public void Is_not_asked_again_when_the_log_is_read()
    {
        var asked = 0;
        _state.Custom["longest"] = new Rule(input => StateScript.Json($"{++asked}"));
        _state.Merges("""{"title":"x"}""");
        _state.Merges("""{"title":"y"}""");

        Assert.Equal("""{"title":2}""", StateScript.Text(_state.Fold().After(null).Single().Value));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Learns_who_and_when_and_whether_it_was_seen()
    {
        var inputs = new List<MergeInput>();
        _state.Custom["longest"] = new Rule(input =>
        {
            inputs.Add(input);
            return input.Proposed;
        });
        _state.Merges("""{"title":"x"}""", at: 500, user: "ann");
        _state.Merges("""{"title":"y"}""", at: 400, user: "bob", baseVersion: 1);

        Assert.Equal(("title", "k", 0L, 500L, "ann", false), (inputs[0].Path, inputs[0].Key, inputs[0].PresentTimeUnixMs, inputs[0].TimeUnixMs, inputs[0].User, inputs[0].IsSeen));
        Assert.Equal((500L, "ann", 400L, "bob", true), (inputs[1].PresentTimeUnixMs, inputs[1].PresentUser, inputs[1].TimeUnixMs, inputs[1].User, inputs[1].IsSeen));
    }

    [Fact]
    public void One_that_fails_costs_its_mutation_and_nothing_else()
    {
        _state.Custom["longest"] = new Rule(_ => throw new InvalidOperationException("secret"));
        var thrown = _state.Merges("""{"title":"x"}""");
        _state.Custom["longest"] = new Rule(_ => "{"u8.ToArray());
        var broken = _state.Merges("""{"title":"x"}""");
        _state.Custom.Clear();
        var absent = _state.Merges("""{"title":"x"}""");

        Assert.Equal((ErrorCode.Internal, "The rule custom:longest failed at 'title' with InvalidOperationException: it may not throw."), (thrown.Error, thrown.Reason));
        Assert.Equal(ErrorCode.Internal, broken.Error);
        Assert.Equal((ErrorCode.Internal, "The rule custom:longest is not registered on this server: add it to the engine's MergeRules."), (absent.Error, absent.Reason));
        Assert.Empty(_state.Events);
    }

    private sealed class Rule(Func<MergeInput, ReadOnlyMemory<byte>> decide) : IMergeRule
    {
        public ReadOnlyMemory<byte> Decide(in MergeInput input) => decide(input);
    }
}
