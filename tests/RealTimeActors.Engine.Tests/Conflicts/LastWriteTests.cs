using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class LastWriteTests
{
    private readonly StateScript _state = new();

    [Theory]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":null}""", """{"b":2}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"c":2}}""", """{"a":{"b":1,"c":2}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":5}""", """{"a":5}""")]
    [InlineData("""{"a":5}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":5}""", """{"a":{}}""", """{"a":{}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":null}}""", """{"a":{}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":1}""", "5", "5")]
    [InlineData("5", """{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1}""", "null", "null")]
    [InlineData("""{"b":1,"a":1.50}""", "{}", """{"a":1.50,"b":1}""")]
    [InlineData("""{"\u0061":"\u00e9\n"}""", """{"a\u0022":1}""", """{"a":"\u00e9\n","a\"":1}""")]
    public void Merges_like_RFC_7396_when_edits_come_in_their_order(string first, string second, string expected)
    {
        _state.Merges(first);
        var decision = _state.Merges(second);

        Assert.Equal(expected, _state.Value());
        Assert.Equal((MutationResult.Applied, 2L), (decision.Result, decision.Version));
    }

    [Fact]
    public void A_set_leaves_nothing_of_what_was_there_and_keeps_its_nulls()
    {
        _state.Merges("""{"a":1,"b":{"c":2}}""");

        var decision = _state.Sets("""{"b":{"d":null},"e":[null]}""");

        Assert.Equal(MutationResult.Applied, decision.Result);
        Assert.Equal("""{"b":{"d":null},"e":[null]}""", _state.Value());
    }

    [Fact]
    public void An_edit_made_earlier_and_sent_later_loses_field_by_field()
    {
        _state.Merges("""{"amount":10}""", at: 500);
        _state.Merges("""{"amount":20}""", at: 700, user: "berlin");

        var late = _state.Merges("""{"amount":15,"note":"offline"}""", at: 600, user: "tokyo");

        Assert.Equal(MutationResult.Merged, late.Result);
        Assert.Equal("""{"amount":20,"note":"offline"}""", _state.Value());
        Assert.Contains("""
            "by":{"amount":"last-write"},"kept":["amount"],"keptFor":{"amount":"berlin"}
            """.Trim(), StateScript.Text(late.EventData), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_superseded_is_logged_and_moves_nothing()
    {
        _state.Merges("""{"a":1}""", at: 700);

        var late = _state.Merges("""{"a":2}""", at: 600);

        Assert.Equal((MutationResult.Superseded, 1L, """{"a":1}"""), (late.Result, late.Version, StateScript.Text(late.Value)));
        Assert.Equal("last-write keeps what u1 wrote at 'a'.", late.Reason);
        Assert.Equal(2, _state.Events.Count);
    }

    [Fact]
    public void Who_has_seen_what_is_there_comes_after_it_whatever_his_clock_says()
    {
        _state.Merges("""{"a":1,"b":1}""", at: 900);
        _state.Merges("""{"b":2}""", at: 800, baseVersion: 1);

        var slowClock = _state.Merges("""{"a":3,"b":3}""", at: 100, baseVersion: 1, user: "u2");

        Assert.Equal(MutationResult.Merged, slowClock.Result);
        Assert.Equal("""{"a":3,"b":2}""", _state.Value());
    }

    [Fact]
    public void Without_a_time_an_edit_comes_after_everything_that_is_there()
    {
        _state.Merges("""{"a":1}""", at: _state.Now + 4_000);

        _state.Merges("""{"a":2}""");
        _state.Merges("""{"a":3}""");

        Assert.Equal("""{"a":3}""", _state.Value());
    }

    [Fact]
    public void A_clock_that_is_far_ahead_is_believed_only_a_little()
    {
        _state.Merges("""{"a":1}""", at: _state.Now + 1_000_000);
        _state.Now += StateScript.SkewMs + 1;

        var honest = _state.Merges("""{"a":2}""", at: _state.Now);

        Assert.Equal(MutationResult.Applied, honest.Result);
        Assert.Equal("""{"a":2}""", _state.Value());
    }

    [Fact]
    public void A_deletion_takes_what_was_written_before_it_even_if_it_arrives_later()
    {
        _state.Merges("""{"a":1}""", at: 500);
        _state.Deletes(at: 700);

        var late = _state.Merges("""{"b":2}""", at: 600);
        var later = _state.Merges("""{"c":3}""", at: 800);

        Assert.Equal(MutationResult.Superseded, late.Result);
        Assert.Equal(MutationResult.Applied, later.Result);
        Assert.Equal("""{"c":3}""", _state.Value());
    }

    [Fact]
    public void A_deletion_that_arrives_late_leaves_what_was_written_after_it()
    {
        _state.Merges("""{"old":1}""", at: 500);
        _state.Merges("""{"new":2}""", at: 700);

        var late = _state.Deletes(at: 600);

        Assert.Equal(MutationResult.Merged, late.Result);
        Assert.Equal("""{"new":2}""", _state.Value());
    }

    [Fact]
    public void A_deletion_that_loses_wholly_is_remembered_for_those_that_come_later_still()
    {
        _state.Merges("""{"new":2}""", at: 700);
        Assert.Equal(MutationResult.Superseded, _state.Deletes(at: 600).Result);

        Assert.Equal(MutationResult.Superseded, _state.Merges("""{"older":1}""", at: 500).Result);

        Assert.Equal("""{"new":2}""", _state.Value());
    }

    [Fact]
    public void A_removal_that_is_older_than_a_set_brings_nothing_back()
    {
        _state.Sets("""{"a":1}""", at: 700);

        Assert.Equal(MutationResult.Applied, _state.Merges("""{"o":{"b":null}}""", at: 600).Result);

        Assert.Equal("""{"a":1}""", _state.Value());
    }

    [Theory]
    [InlineData("""{"n":1}""", """{"n":2.5}""", """{"n":3.5}""")]
    [InlineData("""{"n":0.1}""", """{"n":0.2}""", """{"n":0.3}""")]
    [InlineData("{}", """{"n":-4,"m":{"o":1}}""", """{"m":{"o":1},"n":-4}""")]
    public void Increments_what_is_there(string first, string increment, string expected)
    {
        _state.Merges(first, at: 900);
        var decision = _state.Increments(increment, at: 100);

        Assert.Equal(MutationResult.Applied, decision.Result);
        Assert.Equal(expected, _state.Value());
    }

    [Fact]
    public void Adds_members_once_and_takes_them_out()
    {
        _state.Merges("""{"t":["a",1.0]}""");

        _state.Adds("""{"t":["b","\u0061",1]}""");
        Assert.Equal("""{"t":["a",1.0,"b"]}""", _state.Value());

        _state.Removes("""{"t":[1,"c"]}""");
        Assert.Equal("""{"t":["a","b"]}""", _state.Value());
    }

    [Theory]
    [InlineData(MutationOperation.Increment, """{"t":1}""", "increment expects a number at 't'; a string is there.")]
    [InlineData(MutationOperation.Increment, """{"t":"x"}""", "increment expects a number at 't'; a string came.")]
    [InlineData(MutationOperation.Add, """{"t":["x"]}""", "add expects an array at 't'; a string is there.")]
    [InlineData(MutationOperation.Add, """{"o":["x"]}""", "add expects an array at 'o'; an object is there.")]
    [InlineData(MutationOperation.Remove, """{"t":{"x.y":1}}""", "remove expects an array at 't.\"x.y\"'; a number came.")]
    [InlineData(MutationOperation.Increment, """{"n":1e500}""", "increment expects a number with at most 400 places on either side of the point at 'n'; a longer one came.")]
    public void Says_what_does_not_go_together(MutationOperation operation, string value, string message)
    {
        _state.Merges("""{"t":"text","o":{}}""");

        var decision = _state.Does(new Mutation { Key = "k", Operation = operation, Value = StateScript.Json(value) });

        Assert.Equal((Protocol.ErrorCode.BadRequest, message), (decision.Error, decision.Reason));
    }
}
