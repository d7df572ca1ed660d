using RealTimeActors.Actors;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Sharding.Tests;

public sealed class ShardTests : IDisposable
{
    /// <summary>A letter after which its reader would like to go to rest, and takes a while for it.</summary>
    private const int GoToRest = 0;

    private readonly SimulatedWorld _world = new(seed: 3);
    private readonly List<string> _heard = [];
    private readonly List<string> _left = [];
    private readonly List<(Letter Letter, string Reason)> _undelivered = [];
    private readonly Probe<ShardMoved> _node;
    private readonly Probe<Letter> _elsewhere;
    private readonly SimulatedJournal _journal;
    private TimeSpan _leavesAfter = TimeSpan.Zero;

    public ShardTests()
    {
        _node = new Probe<ShardMoved>(_world.System, "node");
        _elsewhere = new Probe<Letter>(_world.System, "elsewhere");
        _journal = new SimulatedJournal(new SimulatedDisk(_world.Entropy.Fork("disk")), _world.Time);
    }

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void What_comes_before_it_is_known_who_has_the_shard_is_held_and_handed_over_in_order()
    {
        var region = Region();
        Tell(region, 1, 2, 3);
        Assert.Empty(_heard);

        region.Tell(0, new ShardMessage.Own(_journal));
        Tell(region, 4);

        Assert.Equal(["x:1", "x:2", "x:3", "x:4"], _heard);
    }

    [Fact]
    public void What_is_for_a_shard_of_another_node_goes_to_its_region()
    {
        var region = Region();
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Elsewhere((IActorRef<object>)_elsewhere.Ref));
        Tell(region, 2);

        Assert.Equal(["1", "2"], _elsewhere.Messages.Select(letter => letter.Text));
        Assert.Empty(_heard);
    }

    [Fact]
    public void What_nobody_takes_in_time_is_told_to_be_undelivered_and_nothing_else_is()
    {
        var region = Region();
        Tell(region, 1);
        _world.Advance(TimeSpan.FromSeconds(3));
        Tell(region, 2);
        _world.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["1"], _undelivered.Select(pair => pair.Letter.Text));
        _world.Advance(TimeSpan.FromSeconds(2));

        region.Tell(0, new ShardMessage.Own(_journal));
        Tell(region, 3);

        Assert.Equal(["1", "2"], _undelivered.Select(pair => pair.Letter.Text));
        Assert.Equal(["x:3"], _heard);
    }

    [Fact]
    public void More_than_is_held_is_undelivered_at_once()
    {
        var region = Region();
        Tell(region, [.. Enumerable.Range(1, 12)]);

        Assert.Equal(["11", "12"], _undelivered.Select(pair => pair.Letter.Text));
    }

    [Fact]
    public void A_shard_that_moves_away_lets_its_entities_end_and_hands_on_what_came_meanwhile()
    {
        var region = Owned();
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Drain(_node.Ref));
        Tell(region, 2);
        _world.Advance(TimeSpan.FromMilliseconds(100));
        Assert.IsType<ShardMoved.Drained>(Assert.Single(_node.Messages));
        Assert.Equal(["x"], _left);
        Tell(region, 3);

        region.Tell(0, new ShardMessage.Elsewhere((IActorRef<object>)_elsewhere.Ref));
        Tell(region, 4);

        Assert.Equal(["x:1"], _heard);
        Assert.Equal(["2", "3", "4"], _elsewhere.Messages.Select(letter => letter.Text));
    }

    [Fact]
    public void What_came_while_an_entity_went_to_rest_is_done_before_its_shard_is_handed_over()
    {
        var region = Owned();
        Tell(region, GoToRest);
        Tell(region, 2);
        region.Tell(0, new ShardMessage.Drain(_node.Ref));
        Tell(region, 3);
        Assert.Empty(_node.Messages);

        _world.Advance(TimeSpan.FromMilliseconds(100));

        Assert.IsType<ShardMoved.Drained>(Assert.Single(_node.Messages));
        Assert.Equal([$"x:{GoToRest}", "x:2"], _heard);
        region.Tell(0, new ShardMessage.Elsewhere((IActorRef<object>)_elsewhere.Ref));
        _world.RunUntilIdle();
        Assert.Equal(["3"], _elsewhere.Messages.Select(letter => letter.Text));
    }

    [Fact]
    public void An_entity_that_takes_long_to_leave_is_waited_for()
    {
        _leavesAfter = TimeSpan.FromSeconds(3);
        var region = Owned();
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Drain(_node.Ref));
        _world.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_node.Messages);

        _world.Advance(TimeSpan.FromSeconds(0.2));

        Assert.IsType<ShardMoved.Drained>(Assert.Single(_node.Messages));
    }

    [Fact]
    public void An_entity_that_is_still_leaving_when_its_move_is_called_off_ends_in_good_order_and_its_successor_has_what_came_meanwhile()
    {
        _leavesAfter = TimeSpan.FromSeconds(2);
        var region = Owned();
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Drain(_node.Ref));
        Tell(region, 2);

        region.Tell(0, ShardMessage.Remain.Instance);
        Tell(region, 3);
        Assert.Equal(["x:1"], _heard);
        _world.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["x:1", "x:2", "x:3"], _heard);
        Assert.Equal(2, region.Activated);
        Assert.Empty(_undelivered);
        Assert.Empty(_node.Messages);
    }

    [Fact]
    public void A_move_that_is_called_off_goes_on_with_fresh_entities()
    {
        var region = Owned();
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Drain(_node.Ref));
        Tell(region, 2);
        _world.Advance(TimeSpan.FromMilliseconds(100));

        region.Tell(0, ShardMessage.Remain.Instance);
        Tell(region, 3);

        Assert.Equal(["x:1", "x:2", "x:3"], _heard);
    }

    [Fact]
    public void Who_loses_a_shard_has_no_entity_of_it_any_more_and_who_gets_it_back_fresh_ones()
    {
        var region = Owned();
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Elsewhere(null));
        Tell(region, 2);
        region.Tell(0, new ShardMessage.Own(_journal));
        Tell(region, 3);

        Assert.Equal(["x:1", "x:2", "x:3"], _heard);
        Assert.Equal(2, region.Activated);
        Assert.Equal(1, region.Active);
    }

    [Fact]
    public void Whoever_asks_a_shard_to_hold_knows_that_nothing_more_goes_to_the_former_owner()
    {
        var region = Region();
        region.Tell(0, new ShardMessage.Elsewhere((IActorRef<object>)_elsewhere.Ref));
        Tell(region, 1);
        region.Tell(0, new ShardMessage.Hold("move 7", _node.Ref));
        Tell(region, 2);

        Assert.Equal(new ShardMoved.Held(0, "move 7"), Assert.Single(_node.Messages));
        Assert.Equal(["1"], _elsewhere.Messages.Select(letter => letter.Text));
        region.Tell(0, new ShardMessage.Own(_journal));
        _world.RunUntilIdle();
        Assert.Equal(["x:2"], _heard);
    }

    private ShardRegion<Letter> Owned()
    {
        var region = Region();
        region.Tell(0, new ShardMessage.Own(_journal));
        return region;
    }

    private ShardRegion<Letter> Region() => new(_world.System, "letters", 1, new ShardOptions<Letter>
    {
        EntityIdOf = letter => letter.To,
        CreateWith = _ => (id, shard) => new Box(this, id, shard),
        EntityOptions = ActorOptions.Default,
        Undelivered = (letter, reason, _) => _undelivered.Add(((Letter)letter, reason)),
        HeldMax = 10,
    });

    private void Tell(ShardRegion<Letter> region, params int[] texts)
    {
        foreach (var text in texts)
            region.Tell(new Letter("x", $"{text}"));

        _world.RunUntilIdle();
    }

    internal sealed record Letter(string To, string Text);

    private sealed class Box(ShardTests test, string id, IActorRef<ShardMessage> shard) : Actor<object>
    {
        private const string Rested = "rested";

        protected override void Receive(object message)
        {
            if (message is Letter letter)
            {
                test._heard.Add($"{id}:{letter.Text}");
                if (letter.Text == $"{GoToRest}")
                    shard.Tell(new ShardMessage.Passivate(id));
            }
            else if (message is ShardMessage.Stop)
            {
                Context.StartTimer(Rested, TimeSpan.FromMilliseconds(50), Rested);
            }
            else if (message is Rested)
            {
                Context.Stop(Self);
            }
            else if (message is ShardMessage.Leave)
            {
                test._left.Add(id);
                if (test._leavesAfter == TimeSpan.Zero)
                    Context.Stop(Self);
                else
                    Context.StartTimer(Rested, test._leavesAfter, Rested);
            }
        }
    }
}
