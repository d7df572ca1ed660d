using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class UnionTests
{
    private readonly StateScript _state = new("last-write", ("tags", "union"));

    [Theory]
    [InlineData("""["b","a"]""", """["c","a"]""", """["a","b","c"]""")]
    [InlineData("""[1.0,{"y":1,"x":2}]""", """[1,{"x":2,"y":1e0}]""", """[1,{"x":2,"y":1}]""")]
    [InlineData("""[null,"\u0061"]""", """["a",[]]""", """["a",[],null]""")]
    public void Unites_what_is_written(string first, string second, string expected)
    {
        _state.Merges($$"""{"tags":{{first}}}""");
        _state.Sets($$"""{"tags":{{second}}}""");

        Assert.Equal($$"""{"tags":{{expected}}}""", _state.Value());
    }

    [Fact]
    public void Adds_and_takes_out_in_the_order_of_the_clocks()
    {
        _state.Adds("""{"tags":["a","b"]}""", at: 500);
        _state.Removes("""{"tags":["a"]}""", at: 700);

        var late = _state.Adds("""{"tags":["a","c"]}""", at: 600);

        Assert.Equal(MutationResult.Merged, late.Result);
        Assert.Equal("""{"tags":["b","c"]}""", _state.Value());
    }

    [Fact]
    public void Whoever_names_his_base_takes_out_only_what_he_saw()
    {
        _state.Adds("""{"tags":["a"]}""", at: 500);
        _state.Adds("""{"tags":["b"]}""", at: 510);
        _state.Adds("""{"tags":["a"]}""", at: 520);

        var remove = _state.Removes("""{"tags":["a","b"]}""", at: 900, baseVersion: 2);

        Assert.Equal(MutationResult.Merged, remove.Result);
        Assert.Equal("""{"tags":["a"]}""", _state.Value());
    }

    [Fact]
    public void Whoever_adds_without_having_seen_the_removal_wins_against_it()
    {
        _state.Adds("""{"tags":["a"]}""", at: 500);
        _state.Removes("""{"tags":["a"]}""", at: 900, baseVersion: 1);

        _state.Adds("""{"tags":["a"]}""", at: 600, baseVersion: 1);

        Assert.Equal("""{"tags":["a"]}""", _state.Value());
    }

    [Fact]
    public void A_member_that_was_seen_is_taken_out_whatever_the_clocks_say_and_stays_out()
    {
        _state.Adds("""{"tags":["a"]}""", at: 900);

        _state.Removes("""{"tags":["a"]}""", at: 100, baseVersion: 1);
        _state.Adds("""{"tags":["a"]}""", at: 800);

        Assert.Equal("""{"tags":[]}""", _state.Value());
    }

    [Fact]
    public void A_removal_that_comes_before_what_it_removes_is_remembered()
    {
        _state.Removes("""{"tags":["a"]}""", at: 700);

        Assert.Equal(MutationResult.Superseded, _state.Adds("""{"tags":["a"]}""", at: 600).Result);

        Assert.Equal("""{"tags":[]}""", _state.Value());
    }

    [Fact]
    public void A_set_that_was_written_under_another_rule_is_taken_over()
    {
        var before = new StateScript();
        before.Merges("""{"tags":["b","a","b"],"title":"x"}""");
        var rules = StateScript.RulesOf("last-write", ("tags", "union"));

        var add = new Mutation { Key = "k", Operation = MutationOperation.Add, Value = StateScript.Json("""{"tags":["c"]}""") };
        var decision = before.State.Decide(add, rules, before.Custom, StateLimits.Default, before.Now, 0);

        Assert.Equal("""{"tags":["a","b","c"],"title":"x"}""", StateScript.Text(decision.Value));
    }

    [Theory]
    [InlineData(MutationOperation.Merge, """{"tags":"a"}""", "The rule union expects an array at 'tags'; a string came.")]
    [InlineData(MutationOperation.Increment, """{"tags":1}""", "The rule union at 'tags' expects merge, set, add or remove; increment came.")]
    public void Says_what_is_no_set(MutationOperation operation, string value, string message)
    {
        var decision = _state.Does(new Mutation { Key = "k", Operation = operation, Value = StateScript.Json(value) });

        Assert.Equal((Protocol.ErrorCode.BadRequest, message), (decision.Error, decision.Reason));
    }
}
