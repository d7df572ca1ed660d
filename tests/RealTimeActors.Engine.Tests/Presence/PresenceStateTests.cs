using RealTimeActors.Actors;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Presence;

public sealed class PresenceStateTests
{
    private const int ListedMax = 20;

    private readonly PresenceState _state = new(new PresenceOptions { ListedMax = ListedMax, MembersMax = 40 });

    [Fact]
    public void What_happened_between_two_tellings_is_told_as_its_outcome()
    {
        Join("stays", "1");
        Join("goes", "1");
        _state.Take();

        Join("comes", "1");
        Join("stays", "2");
        Join("stays", "3");
        _state.Leave("goes", "goes-c");
        Join("passes", "1");
        _state.Leave("passes", "passes-c");
        var news = _state.Take()!;

        Assert.Equal(2, news.Count);
        Assert.Equal("comes 1", Assert.Single(Shown(news.Changes!.Joined)));
        Assert.Equal("stays 3", Assert.Single(Shown(news.Changes.Updated)));
        Assert.Equal("goes ", Assert.Single(Shown(news.Changes.Left)));
        Assert.Null(_state.Take());
    }

    [Fact]
    public void Who_changes_and_changes_back_or_leaves_and_returns_as_he_was_is_not_told_of()
    {
        Join("a", "1");
        Join("b", "1");
        _state.Take();

        Join("a", "2");
        Join("a", "1");
        _state.Leave("b", "b-c");
        Join("b", "1");

        Assert.Null(_state.Take());
    }

    [Fact]
    public void Beyond_the_bound_only_the_number_is_told_until_so_many_have_left_that_it_is_worth_a_list()
    {
        JoinMany(ListedMax);
        Assert.Equal(ListedMax, _state.Take()!.Changes!.Joined.Count);

        Join("one-more", "1");
        var beyond = _state.Take()!;
        _state.Leave("one-more", "one-more-c");
        var back = _state.Take()!;
        _state.Leave("s-000", "s-000-c");
        _state.Leave("s-001", "s-001-c");
        var again = _state.Take()!;

        Assert.Equal((ListedMax + 1, null, null), (beyond.Count, beyond.Changes, beyond.Everybody));
        Assert.Equal((ListedMax, null, null), (back.Count, back.Changes, back.Everybody));
        Assert.Equal(ListedMax - 2, again.Everybody!.Count);
    }

    [Fact]
    public void Whoever_begins_to_listen_amid_changes_is_told_what_the_others_know_so_that_the_next_change_fits()
    {
        Join("known", "1");
        Join("leaves", "1");
        _state.Take();

        Join("known", "2");
        Join("new", "1");
        _state.Leave("leaves", "leaves-c");
        var (told, count) = _state.Told();

        Assert.Equal(["known 1", "leaves 1"], Shown(told!).Order());
        Assert.Equal(2, count);
    }

    [Fact]
    public void Who_is_lost_has_the_grace_time_and_who_comes_back_in_it_was_never_gone()
    {
        Join("a", "1");
        Join("b", "1");
        _state.Take();

        _state.Lose("a", "a-c", untilMs: 1_000);
        _state.Lose("b", "b-c", untilMs: 1_000);
        _state.Expire(999);
        Assert.Null(_state.Take());

        _state.Set(new Member("b", null, "1"u8.ToArray()), HolderOf("b-2"));
        _state.Expire(1_000);

        Assert.Equal("a ", Assert.Single(Shown(_state.Take()!.Changes!.Left)));
    }

    [Fact]
    public void What_an_old_connection_says_after_another_has_taken_over_means_nothing()
    {
        Join("a", "1");
        _state.Set(new Member("a", null, "2"u8.ToArray()), HolderOf("a-2"));

        _state.Lose("a", "a-c", untilMs: 1_000);
        _state.Leave("a", "a-c");
        _state.Expire(2_000);

        Assert.Equal("a 2", Assert.Single(Shown(_state.Page(null, 10, 10_000).Members)));
    }

    [Fact]
    public void An_old_connection_that_is_heard_of_late_and_is_lost_leaves_him_to_the_one_that_had_him()
    {
        Join("a", "1");
        _state.Set(new Member("a", null, "2"u8.ToArray()), HolderOf("a-2"));
        Join("a", "1");

        _state.Lose("a", "a-c", untilMs: 1_000);
        _state.Expire(2_000);
        Assert.Equal("a 2", Assert.Single(Shown(_state.Page(null, 10, 10_000).Members)));

        _state.Lose("a", "a-2", untilMs: 3_000);
        _state.Expire(3_000);
        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void A_node_that_tells_of_its_old_connection_late_and_fails_leaves_him_to_the_one_that_had_him()
    {
        var late = new NoEdge();
        Join("a", "2");
        _state.Set(new Member("a", null, "1"u8.ToArray()), new PresenceHolder("a-1", late));

        _state.LoseAll(late, untilMs: 1_000);
        _state.Expire(2_000);
        Assert.Equal("a 2", Assert.Single(Shown(_state.Page(null, 10, 10_000).Members)));

        _state.LoseAll(NoEdge.Instance, untilMs: 3_000);
        _state.Expire(3_000);
        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void A_connection_that_is_lost_after_another_took_over_does_not_have_him_when_that_one_is_lost_too()
    {
        Join("a", "1");
        _state.Set(new Member("a", null, "2"u8.ToArray()), HolderOf("a-2"));

        _state.Lose("a", "a-c", untilMs: 1_000);
        _state.Lose("a", "a-2", untilMs: 1_500);
        _state.Expire(1_500);

        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void One_who_is_lost_can_be_said_to_leave_by_the_connection_that_came_after()
    {
        Join("a", "1");
        _state.Lose("a", "a-c", untilMs: 1_000);

        _state.Leave("a", "a-2");

        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void All_that_an_edge_had_are_lost_with_it_and_nobody_else()
    {
        var other = new NoEdge();
        Join("a", "1");
        _state.Set(new Member("b", null, "1"u8.ToArray()), new PresenceHolder("b-c", other));

        _state.LoseAll(other, untilMs: 1_000);
        _state.Expire(1_000);

        Assert.Equal("a 1", Assert.Single(Shown(_state.Page(null, 10, 10_000).Members)));
    }

    [Fact]
    public void Pages_are_in_the_order_of_the_sessions_and_bounded_by_number_and_bytes()
    {
        JoinMany(5);

        var (first, next) = _state.Page(null, 2, 10_000);
        var (second, after) = _state.Page(next, 10, bytesMax: 120);
        var (third, end) = _state.Page(after, 10, 10_000);

        Assert.Equal(["s-000", "s-001"], first.Select(member => member.Session));
        Assert.Equal(["s-002", "s-003"], second.Select(member => member.Session));
        Assert.Equal(["s-004"], third.Select(member => member.Session));
        Assert.Null(end);
        Assert.Empty(_state.Page("s-004", 10, 10_000).Members);
        Assert.Empty(_state.Page("z", 10, 10_000).Members);
    }

    [Fact]
    public void A_full_channel_takes_nobody_more_but_those_who_are_there_may_change()
    {
        JoinMany(40);

        Assert.Equal(SetOutcome.Full, _state.Set(new Member("one-more", null, "1"u8.ToArray()), HolderOf("c")));
        Assert.Equal(SetOutcome.Taken, _state.Set(new Member("s-001", null, "2"u8.ToArray()), HolderOf("c")));
        Assert.Equal(40, _state.Count);
    }

    [Fact]
    public void Who_is_only_remembered_leaves_unless_his_edge_tells_of_him()
    {
        _state.Remember(new Member("a", null, "1"u8.ToArray()), untilMs: 1_000);
        _state.Remember(new Member("b", null, "1"u8.ToArray()), untilMs: 1_000);
        Join("b", "1");
        _state.Take();

        _state.Expire(1_000);

        Assert.Equal("a ", Assert.Single(Shown(_state.Take()!.Changes!.Left)));
    }

    private void Join(string session, string state) => _state.Set(new Member(session, null, System.Text.Encoding.UTF8.GetBytes(state)), HolderOf($"{session}-c"));

    private void JoinMany(int count)
    {
        for (var i = 0; i < count; i++)
            Join($"s-{i:000}", "1");
    }

    private static PresenceHolder HolderOf(string connectionId) => new(connectionId, NoEdge.Instance);

    private static string[] Shown(IReadOnlyList<Member> members) => [.. members.Select(member => $"{member.Session} {System.Text.Encoding.UTF8.GetString(member.State.Span)}")];

    private sealed class NoEdge : IActorRef<PresenceReply>
    {
        internal static NoEdge Instance { get; } = new();

        public ActorPath Path => new(null, "nobody");

        public void Tell(PresenceReply message) => Assert.Fail($"{message} was told to nobody.");
    }
}
