using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class LimitsTests
{
    private readonly StateScript _state = new("last-write", ("tags", "union"));

    [Fact]
    public void Every_bound_has_its_answer()
    {
        _state.Limits = new StateLimits { EntriesMax = 2, BytesMax = 60, EntryBytesMax = 40, KeyBytesMax = 5, DepthMax = 3, FieldsMax = 4, SetMembersMax = 2 };
        _state.Merges("{}", key: "a");
        _state.Merges("{}", key: "b");

        Assert.Equal((ErrorCode.LimitExceeded, "The channel has 2 keys; 2 are the most. Delete some, or use another channel."), Told(_state.Merges("{}", key: "c")));
        Assert.Equal((ErrorCode.TooLarge, "The value would have 50 bytes; 40 are the most for one key. Divide it over several keys."), Told(_state.Merges($$"""{"a":"{{new string('x', 42)}}"}""", key: "a")));
        Assert.Equal((ErrorCode.BadRequest, "The value is 4 levels deep; 3 are the most."), Told(_state.Merges("""{"a":[[[]]]}""", key: "a")));
        Assert.Equal((ErrorCode.LimitExceeded, "The value would have 5 fields; 4 are the most for one key. Divide it over several keys."), Told(_state.Merges("""{"a":1,"b":1,"c":1,"d":{"e":1}}""", key: "a")));
        Assert.Equal((ErrorCode.LimitExceeded, "The set would have 3 members; 2 are the most."), Told(_state.Merges("""{"tags":[1,2,3]}""", key: "a")));
        Assert.Equal((ErrorCode.BadRequest, "A key is text of 1 to 5 bytes; one of 6 bytes came."), Told(_state.Merges("{}", key: "ééé")));
        Assert.Equal((ErrorCode.BadRequest, "A key is text of 1 to 5 bytes; one of 0 bytes came."), Told(_state.Merges("{}", key: "")));
        Assert.Equal((ErrorCode.BadRequest, "merge expects a value; none came."), Told(_state.Does(new Mutation { Key = "a", Operation = MutationOperation.Merge })));
        _state.Merges($$"""{"a":"{{new string('x', 20)}}"}""", key: "a");
        Assert.Equal((ErrorCode.LimitExceeded, "The channel's state would have 62 bytes; 60 are the most. Delete some keys, or use another channel."), Told(_state.Merges($$"""{"a":"{{new string('x', 24)}}"}""", key: "b")));
    }

    [Fact]
    public void What_is_beyond_a_limit_that_was_lowered_may_still_shrink_and_go()
    {
        _state.Merges("""{"a":1,"b":2,"c":3}""");
        _state.Limits = new StateLimits { EntriesMax = 0, BytesMax = 0, EntryBytesMax = 1, FieldsMax = 0 };

        Assert.Null(_state.Merges("""{"a":null}""").Error);
        Assert.Null(_state.Deletes().Error);
    }

    [Fact]
    public void A_value_that_becomes_shorter_may_not_become_deeper_or_have_more_fields_than_the_limits_allow()
    {
        _state.Limits = new StateLimits { FieldsMax = 4, DepthMax = 3 };
        _state.Merges($$"""{"a":"{{new string('x', 100)}}"}""");

        Assert.Equal((ErrorCode.LimitExceeded, "The value would have 5 fields; 4 are the most for one key. Divide it over several keys."), Told(_state.Sets("""{"a":1,"b":1,"c":1,"d":1,"e":1}""")));
        Assert.Null(_state.Sets("""{"a":1,"b":1,"c":1,"d":1}""").Error);
        Assert.Equal(ErrorCode.LimitExceeded, _state.Merges("""{"a":{}, "b":null, "c":{"x":1,"y":2}}""").Error);

        var custom = new StateScript("custom:wraps") { Custom = { ["wraps"] = new Wrapping() }, Limits = _state.Limits };
        custom.Merges($"\"{new string('x', 100)}\"");
        Assert.Equal((ErrorCode.BadRequest, "The value would be 4 levels deep; 3 are the most."), Told(custom.Merges("1")));
    }

    [Fact]
    public void A_clock_that_stands_before_1970_is_taken_for_1970()
    {
        _state.Merges("""{"a":"now"}""", at: 1_000);

        var late = _state.Merges("""{"a":"then","b":"then"}""", at: -5_000_000_000_000);

        Assert.Equal(MutationResult.Merged, late.Result);
        Assert.Equal("""{"a":"now","b":"then"}""", _state.Value());
        Assert.Equal(MutationResult.Applied, _state.Merges("""{"b":"after it"}""", at: 1).Result);
    }

    [Fact]
    public void Removed_fields_are_forgotten_by_and_by_and_do_not_come_back()
    {
        _state.Merges("""{"stays":1}""", at: 1);
        for (var i = 0; i <= StateBounds.RemovedFieldsMax; i++)
            _state.Merges($$"""{"f{{i}}":null}""", at: 10 + i);

        Assert.Equal(MutationResult.Superseded, _state.Merges("""{"f0":1}""", at: 5).Result);
        Assert.Equal(MutationResult.Superseded, _state.Merges("""{"unknown":1}""", at: 5).Result);
        Assert.Equal(MutationResult.Applied, _state.Merges("""{"f0":1}""", at: 2_000).Result);
        Assert.Equal("""{"f0":1,"stays":1}""", _state.Value());
        Assert.True(StateScript.Snapshot(_state.State).Length < 40_000);
    }

    [Fact]
    public void Removed_members_are_forgotten_by_and_by_and_do_not_come_back()
    {
        for (var i = 0; i <= StateBounds.RemovedMembersMax; i++)
            _state.Removes($$"""{"tags":[{{i}}]}""", at: 10 + i);

        _state.Adds("""{"tags":[0,1,"x"]}""", at: 5);
        Assert.Equal("""{"tags":[]}""", _state.Value());

        _state.Adds("""{"tags":[0,1,"x"]}""", at: 2_000);
        Assert.Equal("""{"tags":["x",0,1]}""", _state.Value());
    }

    [Fact]
    public void The_event_of_a_mutation_always_fits_into_a_frame()
    {
        var state = new StateScript("last-write", ("*", "custom:grow")) { Custom = { ["grow"] = new Growing() } };

        var decision = state.Merges($$"""{"a":"{{new string('x', 28_000)}}"}""");

        Assert.Equal(ErrorCode.TooLarge, decision.Error);
    }

    [Theory]
    [InlineData(null, -1L, null)]
    [InlineData(-2L, null, null)]
    [InlineData(null, null, 1L << 53)]
    [InlineData(null, null, -(1L << 53))]
    public void Numbers_that_mean_nothing_are_refused(long? ifVersion, long? baseVersion, long? time) =>
        Assert.Equal(ErrorCode.BadRequest, _state.Merges("{}", at: time, baseVersion: baseVersion, ifVersion: ifVersion).Error);

    private static (ErrorCode?, string?) Told(Decision decision) => (decision.Error, decision.Reason);

    private sealed class Wrapping : IMergeRule
    {
        public ReadOnlyMemory<byte> Decide(in MergeInput input) => StateScript.Json(input.Present.IsEmpty ? StateScript.Text(input.Proposed) : "[[[[1]]]]");
    }

    private sealed class Growing : IMergeRule
    {
        public ReadOnlyMemory<byte> Decide(in MergeInput input) => StateScript.Json($"[{StateScript.Text(input.Proposed)},1]");
    }
}
