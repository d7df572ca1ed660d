using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class NumberRulesTests
{
    [Theory]
    [InlineData("max", "3", "5", MutationResult.Applied, "5")]
    [InlineData("max", "5", "3", MutationResult.Superseded, "5")]
    [InlineData("max", "5", "5.0", MutationResult.Applied, "5")]
    [InlineData("max", "5.0", "5", MutationResult.Applied, "5")]
    [InlineData("max", "-1", "-1e-3", MutationResult.Applied, "-1e-3")]
    [InlineData("max", "9007199254740993", "9007199254740992", MutationResult.Superseded, "9007199254740993")]
    [InlineData("max", "0.1000000000000000000000000000001", "0.1", MutationResult.Superseded, "0.1000000000000000000000000000001")]
    [InlineData("min", "3", "5", MutationResult.Superseded, "3")]
    [InlineData("min", "3", "-5", MutationResult.Applied, "-5")]
    [InlineData("sum", "0.1", "0.2", MutationResult.Merged, "0.3")]
    [InlineData("sum", "9007199254740993", "1", MutationResult.Merged, "9007199254740994")]
    [InlineData("sum", "1.50", "-1.5", MutationResult.Merged, "0")]
    public void Decides_by_the_exact_number(string rule, string first, string second, MutationResult expected, string value)
    {
        var state = new StateScript("last-write", ("n", rule));
        state.Merges($$"""{"n":{{first}}}""");

        var decision = state.Merges($$"""{"n":{{second}}}""");

        Assert.Equal(expected, decision.Result);
        Assert.Equal($$"""{"n":{{value}}}""", state.Value());
    }

    [Fact]
    public void A_sum_counts_increments_and_numbers_alike()
    {
        var state = new StateScript("last-write", ("votes.*", "sum"));
        state.Increments("""{"votes":{"ann":1}}""", at: 900);
        state.Increments("""{"votes":{"ann":1,"bob":2}}""", at: 100);

        state.Merges("""{"votes":{"ann":5}}""");

        Assert.Equal("""{"votes":{"ann":7,"bob":2}}""", state.Value());
    }

    [Fact]
    public void A_removal_begins_anew()
    {
        var state = new StateScript("sum");
        state.Increments("""{"a":5}""", at: 500);
        state.Merges("""{"a":null}""", at: 700);

        Assert.Equal(MutationResult.Superseded, state.Increments("""{"a":1}""", at: 600).Result);
        state.Increments("""{"a":2}""", at: 800);

        Assert.Equal("""{"a":2}""", state.Value());
    }

    [Theory]
    [InlineData("""{"n":"7"}""", "The rule max expects a number at 'n'; a string came.")]
    [InlineData("""{"n":{"deep":[1]}}""", "The rule max expects a number at 'n.deep'; an array came.")]
    [InlineData("""{"n":1e401}""", "The rule max expects a number with at most 400 places on either side of the point at 'n'; a longer one came.")]
    public void Says_what_is_no_number(string value, string message)
    {
        var decision = new StateScript("last-write", ("n", "max")).Merges(value);

        Assert.Equal((Protocol.ErrorCode.BadRequest, message), (decision.Error, decision.Reason));
    }

    [Fact]
    public void A_sum_that_grows_too_long_is_refused()
    {
        var state = new StateScript("sum");
        state.Merges("""{"n":9e399}""");

        Assert.Equal(Protocol.ErrorCode.BadRequest, state.Merges("""{"n":9e399}""").Error);
    }

    [Fact]
    public void Rules_hold_for_a_value_that_is_no_object_and_for_objects_below()
    {
        var state = new StateScript("max");
        state.Merges("3", key: "a");
        state.Merges("2", key: "a");
        state.Merges("""{"x":{"y":3}}""", key: "b");
        state.Merges("""{"x":{"y":2,"z":1}}""", key: "b");

        Assert.Equal(("3", """{"x":{"y":3,"z":1}}"""), (state.Value("a"), state.Value("b")));
    }
}
