using System.Text;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class StateChangeTests
{
    private readonly StateScript _state = new("last-write", ("votes", "sum"));

    [Fact]
    public void Carries_what_changed_and_no_more()
    {
        _state.Merges("""{"a":1,"b":{"c":1,"d":2},"long":"so that the patch is shorter"}""");
        _state.Merges("""{"b":{"c":5}}""");
        _state.Increments("""{"votes":2}""");
        _state.Sets("""{"votes":1}""");
        _state.Deletes();

        Assert.Equal(
            ["""patch {"a":1,"b":{"c":1,"d":2},"long":"so that the patch is shorter"} v1""", """patch {"b":{"c":5}} v2""", """patch {"votes":2} v3""", """value {"votes":3} v4""", "deleted v5"],
            _state.Events.Select(e => Told(StateChange.Of(e, []))));
    }

    [Fact]
    public void Carries_of_the_fields_only_those_that_are_wanted_and_the_version_all_the_same()
    {
        _state.Merges("""{"a":1,"b":2}""");
        _state.Merges("""{"b":3}""");
        _state.Sets("""{"a":2,"b":4}""");

        Assert.Equal(["""patch {"a":1} v1""", "patch {} v2", """value {"a":2} v3"""], _state.Events.Select(e => Told(StateChange.Of(e, [Encoding.UTF8.GetBytes("a")]))));
    }

    [Fact]
    public void Is_nothing_for_what_was_superseded_and_for_other_events()
    {
        _state.Merges("""{"a":1}""", at: 700);
        _state.Merges("""{"a":2}""", at: 600);

        Assert.Null(StateChange.Of(_state.Events[1], []));
        Assert.Null(StateChange.Of(_state.Events[0] with { Type = "other" }, []));
    }

    [Fact]
    public void Names_whose_mutation_it_was()
    {
        _state.Does(new Mutation { Key = "k", Operation = MutationOperation.Merge, Value = StateScript.Json("""{"a":1}"""), MutationId = "p\"1:1", User = "ann" });

        var change = StateChange.Of(_state.Events[0], [])!;

        Assert.Equal(("c", 1L, "k", 1L, "p\"1:1", "ann"), (change.Channel, change.Offset, change.Key, change.Version, change.MutationId, change.User));
    }

    [Fact]
    public void The_event_says_everything_in_an_order_that_is_written_down()
    {
        var m = new Mutation { Key = "k", Operation = MutationOperation.Merge, Value = StateScript.Json("""{"votes":1.50}"""), IfVersion = 0, BaseVersion = 0, MutationId = "m", User = "ann" };

        Assert.Equal("{\"operation\":\"merge\",\"value\":{\"votes\":1.50},\"result\":\"applied\",\"version\":1,\"set\":{\"votes\":1.5},\"rules\":\"" + StateScript.RulesOf("last-write", ("votes", "sum")).Digest
            + "\",\"by\":{\"votes\":\"sum\"},\"ifVersion\":0,\"baseVersion\":0,\"time\":1000000,\"mutationId\":\"m\"}", StateScript.Text(_state.Does(m).EventData));
    }

    private static string Told(ServerFrame.Change? change) => change is null ? "nothing"
        : change.Deleted ? $"deleted v{change.Version}"
        : change.Patch is { } patch ? $"patch {StateScript.Text(patch)} v{change.Version}"
        : $"value {StateScript.Text(change.Value!.Value)} v{change.Version}";
}
