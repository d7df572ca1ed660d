using RealTimeActors.Actors;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Faults;

/// <summary>
/// Ends the actors of durable channels under those who follow them, as a fault of theirs does, or a shard that moves: whoever follows joins the successor from where it is. Only while nothing
/// is on its way to the disk or between actors, so that nobody waits for an answer that dies with it.
/// </summary>
internal sealed class ChannelEnder
{
    private readonly SimulatedWorld _world;
    private readonly IServerSide _node;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;

    /// <summary>The newest actor of each channel, by its name.</summary>
    private readonly SortedDictionary<string, ActorCell> _actors = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _channels = new(StringComparer.Ordinal);
    private bool _isOver;

    public ChannelEnder(SimulatedWorld world, IServerSide node, Observations seen)
    {
        _world = world;
        _node = node;
        _seen = seen;
        _chance = world.Entropy.Fork("fault/channels end").Numbers;
        _channels.UnionWith(seen.Plan.Channels.Where(channel => channel.IsDurable).Select(channel => channel.Name));
    }

    public void Start() => _world.Time.Every(() => _chance.Ms(20, 250), () => !_isOver, EndOne);

    public void Stop() => _isOver = true;

    /// <summary>An actor is about to run.</summary>
    public void See(ActorCell actor)
    {
        var path = actor.Path;
        if (_channels.Contains(path.Name) && path.Parent?.Name.StartsWith("channels-", StringComparison.Ordinal) == true)
            _actors[path.Name] = actor;
    }

    private void EndOne()
    {
        if (!_world.Dispatcher.IsIdle || !_node.IsDiskIdle || _actors.Count == 0)
            return;

        var name = _chance.Pick([.. _actors.Keys]);
        _actors.Remove(name, out var actor);
        _seen.Note($"the actor of {name} ends");
        _seen.Sometimes.Count("a channel's actor ends under its followers");
        _node.End(actor!);
    }
}
