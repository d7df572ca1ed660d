using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class FirstWriteTests
{
    private readonly StateScript _state = new("last-write", ("seat.*", "first-write"));

    [Fact]
    public void Who_comes_first_has_it()
    {
        _state.Merges("""{"seat":{"12A":"ann"}}""", user: "ann");

        var second = _state.Merges("""{"seat":{"12A":"bob","12B":"bob"}}""", user: "bob");

        Assert.Equal(MutationResult.Merged, second.Result);
        Assert.Equal("""{"seat":{"12A":"ann","12B":"bob"}}""", _state.Value());
    }

    [Fact]
    public void Who_was_first_by_the_clock_has_it_though_he_arrives_later()
    {
        _state.Merges("""{"seat":{"12A":"bob"}}""", at: 700);

        Assert.Equal(MutationResult.Applied, _state.Merges("""{"seat":{"12A":"ann"}}""", at: 600).Result);

        Assert.Equal("""{"seat":{"12A":"ann"}}""", _state.Value());
    }

    [Fact]
    public void Who_has_seen_that_it_is_taken_is_not_first_whatever_his_clock_says()
    {
        _state.Merges("""{"seat":{"12A":"ann"}}""", at: 700);

        Assert.Equal(MutationResult.Superseded, _state.Merges("""{"seat":{"12A":"bob"}}""", at: 600, baseVersion: 1).Result);
    }

    [Fact]
    public void A_removal_sets_it_free()
    {
        _state.Merges("""{"seat":{"12A":"ann"}}""");

        _state.Merges("""{"seat":{"12A":null}}""");
        _state.Merges("""{"seat":{"12A":"bob"}}""");

        Assert.Equal("""{"seat":{"12A":"bob"}}""", _state.Value());
    }

    [Fact]
    public void A_set_takes_nothing_away_from_the_first()
    {
        _state.Merges("""{"seat":{"12A":"ann"},"title":"x"}""");

        var set = _state.Sets("""{"title":"y"}""");

        Assert.Equal(MutationResult.Merged, set.Result);
        Assert.Equal("""{"seat":{"12A":"ann"},"title":"y"}""", _state.Value());
    }
}
