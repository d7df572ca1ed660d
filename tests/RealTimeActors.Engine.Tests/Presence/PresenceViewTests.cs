using System.Text;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Presence;

public sealed class PresenceViewTests
{
    private readonly PresenceView _view = new();

    [Fact]
    public void Who_has_seen_nothing_is_shown_everybody_and_who_has_seen_all_nothing()
    {
        _view.Begin([Of("a"), Of("b")], 2);

        var all = _view.Since("c", null)!;

        Assert.Equal(PresenceKind.Full, all.Kind);
        Assert.Equal(["a", "b"], Sessions(all.Joined));
        Assert.Null(_view.Since("c", _view.Version));
    }

    [Fact]
    public void Who_missed_several_changes_is_told_their_outcome_at_once()
    {
        _view.Begin([Of("a"), Of("b"), Of("d")], 3);
        var seen = _view.Version;

        Change(joined: [Of("e")], left: [Of("a")]);
        Change(joined: [Of("a", "2"), Of("f")], updated: [Of("b", "2")]);
        Change(left: [Of("f"), Of("d")]);
        var missed = _view.Since("c", seen)!;

        Assert.Equal(PresenceKind.Changed, missed.Kind);
        Assert.Equal(["a", "e"], Sessions(missed.Joined));
        Assert.Equal(["b"], Sessions(missed.Updated));
        Assert.Equal(["d"], Sessions(missed.Left));
        Assert.Equal(3, missed.Count);
    }

    [Fact]
    public void What_is_known_already_is_no_change()
    {
        _view.Begin([Of("a")], 1);
        var version = _view.Version;

        _view.Apply(new PresenceNews(1, new PresenceChanges([Of("a")], [Of("never")], []), null));
        _view.Begin([Of("a")], 1);

        Assert.Equal(version, _view.Version);
    }

    [Fact]
    public void A_list_that_comes_anew_is_told_as_what_is_different()
    {
        _view.Begin([Of("a"), Of("b")], 2);
        var seen = _view.Version;

        _view.Begin([Of("b"), Of("d")], 2);

        var missed = _view.Since("c", seen)!;
        Assert.Equal(["d"], Sessions(missed.Joined));
        Assert.Equal(["a"], Sessions(missed.Left));
    }

    [Fact]
    public void Without_a_list_the_number_is_told_and_after_it_everybody_again()
    {
        _view.Begin([Of("a")], 1);
        var seen = _view.Version;

        _view.Apply(new PresenceNews(500, null, null));
        var number = _view.Since("c", seen)!;
        _view.Apply(new PresenceNews(1, null, [Of("z")]));
        var list = _view.Since("c", seen)!;

        Assert.Equal((PresenceKind.Count, 500L), (number.Kind, number.Count));
        Assert.Equal(PresenceKind.Full, list.Kind);
        Assert.Equal(["z"], Sessions(list.Joined));
    }

    [Fact]
    public void Who_missed_more_departures_than_are_kept_is_shown_everybody()
    {
        _view.Begin([Of("a")], 1);
        var seen = _view.Version;

        for (var i = 0; i < 1_001; i++)
        {
            Change(joined: [Of("x")]);
            Change(left: [Of("x")]);
        }

        Assert.Equal(PresenceKind.Full, _view.Since("c", seen)!.Kind);
        Assert.Equal(PresenceKind.Changed, _view.Since("c", _view.Version - 1)!.Kind);
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(110, 4)]
    [InlineData(1, 7)]
    public void A_long_list_is_cut_into_frames_that_say_the_same_together(int bytesMax, int frames)
    {
        var diff = new ServerFrame.PresenceDiff("c", [Of("a"), Of("b"), Of("d")], [Of("e")], [Of("f"), Of("g"), Of("h")], 9) { Kind = PresenceKind.Full };

        ServerFrame.PresenceDiff[] parts = [.. PresenceFrames.Cut(diff, bytesMax)];

        Assert.Equal(frames, parts.Length);
        Assert.Equal(PresenceKind.Full, parts[0].Kind);
        Assert.All(parts[1..], part => Assert.Equal(PresenceKind.Changed, part.Kind));
        Assert.Equal(["a", "b", "d"], Sessions([.. parts.SelectMany(part => part.Joined)]));
        Assert.Equal(["e"], Sessions([.. parts.SelectMany(part => part.Left)]));
        Assert.Equal(["f", "g", "h"], Sessions([.. parts.SelectMany(part => part.Updated)]));
        Assert.All(parts, part => Assert.Equal(9, part.Count));
    }

    [Fact]
    public void Nobody_there_is_an_empty_list_in_one_frame()
    {
        _view.Begin([], 0);

        var part = Assert.Single(PresenceFrames.Cut(_view.Since("c", null)!, 1_000));

        Assert.Equal((PresenceKind.Full, 0L), (part.Kind, part.Count));
        Assert.Empty(part.Joined);
    }

    private static Member Of(string session, string state = "1") => new(session, null, Encoding.UTF8.GetBytes(state));

    private static string[] Sessions(IReadOnlyList<Member> members) => [.. members.Select(member => member.Session)];

    private void Change(Member[]? joined = null, Member[]? left = null, Member[]? updated = null)
    {
        var count = _view.Count + (joined?.Length ?? 0) - (left?.Length ?? 0);
        _view.Apply(new PresenceNews(count, new PresenceChanges(joined ?? [], left ?? [], updated ?? []), null));
    }
}
