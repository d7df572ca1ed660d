using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Persistence.EventSourcing;

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

    /// <summary>The newest write need not be the one whose number is there: a clock that is behind, or an edit that was made offline.</summary>
    [Theory]
    [InlineData("max", 500, 600, 400)]
    [InlineData("min", 600, 500, 700)]
    public void What_stays_is_told_to_be_of_whoever_wrote_it(string rule, int first, int winning, int late)
    {
        var state = new StateScript("last-write", ("n", rule));
        state.Merges($$"""{"n":{{first}}}""", at: 200, user: "washington");
        state.Merges($$"""{"n":{{winning}}}""", at: 100, user: "berlin");

        var superseded = state.Merges($$"""{"n":{{late}}}""", at: 300, user: "tokyo");
        var restored = StateScript.Restored(state.State);

        Assert.Equal((MutationResult.Superseded, $"{rule} keeps what berlin wrote at 'n'."), (superseded.Result, superseded.Reason));
        Assert.Contains("""
            "keptFor":{"n":"berlin"}
            """.Trim(), StateScript.Text(superseded.EventData), StringComparison.Ordinal);
        Assert.Equal(StateScript.Snapshot(state.State), StateScript.Snapshot(restored));
    }

    [Fact]
    public void Of_the_same_number_twice_whoever_wrote_it_first_has_it()
    {
        var state = new StateScript("max");
        state.Merges("""{"n":5}""", at: 100, user: "washington");
        state.Merges("""{"n":5}""", at: 200, user: "berlin");

        Assert.Equal("max keeps what washington wrote at 'n'.", state.Merges("""{"n":4}""", user: "tokyo").Reason);
    }

    /// <summary>What knew no winners differs by its first byte alone where there are none.</summary>
    [Fact]
    public void A_state_that_was_stored_without_winners_is_read()
    {
        var state = new StateScript("max");
        state.Merges("""{"n":5}""", at: 100, user: "washington");
        var stored = StateScript.Snapshot(state.State);
        stored[0] = 1;

        var reader = new PayloadReader(stored);
        var read = StateDocument.Read(ref reader);

        Assert.True(reader.IsAtEnd);
        Assert.True(read.TryGet("k", out var entry));
        Assert.Equal("""{"n":5}""", StateScript.Text(entry.Value));
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
