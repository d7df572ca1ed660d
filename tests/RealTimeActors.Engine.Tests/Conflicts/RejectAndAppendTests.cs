using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class RejectAndAppendTests
{
    [Fact]
    public void Reject_wants_the_version_and_takes_the_edit_with_the_right_one()
    {
        var state = new StateScript("last-write", ("amount", "reject"));
        Assert.Equal(ErrorCode.BadRequest, state.Merges("""{"amount":1}""").Error);
        Assert.Equal(ErrorCode.BadRequest, state.Sets("""{"note":"x"}""").Error);
        Assert.Equal(ErrorCode.BadRequest, state.Deletes().Error);

        Assert.Equal(MutationResult.Applied, state.Merges("""{"amount":1}""", ifVersion: 0, at: 900).Result);
        Assert.Equal(MutationResult.Applied, state.Merges("""{"note":"free"}""").Result);
        var stale = state.Merges("""{"amount":2}""", ifVersion: 1);
        var right = state.Merges("""{"amount":3}""", ifVersion: 2, at: 100);

        Assert.Equal((MutationResult.Rejected, 2L, """{"amount":1,"note":"free"}"""), (stale.Result, stale.Version, StateScript.Text(stale.Value)));
        Assert.Equal("ifVersion expects version 1; the key has version 2.", stale.Reason);
        Assert.Equal(MutationResult.Applied, right.Result);
        Assert.Equal("""{"amount":3,"note":"free"}""", state.Value());
    }

    [Fact]
    public void Rejected_is_in_no_log()
    {
        var state = new StateScript();
        state.Merges("""{"a":1}""");

        state.Merges("""{"a":2}""", ifVersion: 7);
        state.Merges("""{"a":2}""", ifVersion: 0);
        state.Merges("{}", ifVersion: Mutation.MustExist, key: "absent");

        Assert.Single(state.Events);
    }

    [Fact]
    public void Append_keeps_every_item_in_the_order_of_the_log()
    {
        var state = new StateScript("last-write", ("log", "append"));
        state.Merges("""{"log":[1,2]}""", at: 900);

        Assert.Equal(MutationResult.Merged, state.Merges("""{"log":[1]}""", at: 100).Result);
        Assert.Equal(MutationResult.Applied, state.Adds("""{"log":[{"b":1,"a":2}]}""").Result);
        state.Sets("""{"title":"x"}""");
        Assert.Equal("""{"log":[1,2,1,{"b":1,"a":2}],"title":"x"}""", state.Value());

        state.Removes("""{"log":[1.0]}""");
        Assert.Equal("""{"log":[2,{"b":1,"a":2}],"title":"x"}""", state.Value());
    }
}
