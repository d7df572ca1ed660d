using RealTimeActors.Actors;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Faults;

/// <summary>
/// Ends the actors of channels under those who follow them, and those of sessions under their connections, as a fault of theirs does, or a shard that moves: whoever follows joins the successor from
/// where it is, and who lived on a session comes back to it. Only while nothing is on its way to the disk or between actors, so that what ends with an actor is known.
/// </summary>
internal sealed class ActorEnder
{
    private readonly FaultPlan _plan;
    private readonly SimulatedWorld _world;
    private readonly IServerSide _node;
    private readonly Observations _seen;
    private readonly Xoshiro256 _chance;

    /// <summary>The newest actor of each channel, by its name.</summary>
    private readonly SortedDictionary<string, ActorCell> _channels = new(StringComparer.Ordinal);

    /// <summary>The newest actor of each session, by its id.</summary>
    private readonly SortedDictionary<string, ActorCell> _sessions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _named = new(StringComparer.Ordinal);
    private bool _isOver;
    private bool _sparesSessions;

    public ActorEnder(FaultPlan plan, SimulatedWorld world, IServerSide node, Observations seen)
    {
        _plan = plan;
        _world = world;
        _node = node;
        _seen = seen;
        _chance = world.Entropy.Fork("fault/channels end").Numbers;
        _named.UnionWith(seen.Plan.Channels.Where(channel => channel.IsDurable ? plan.EndsChannels : plan.EndsEphemeral).Select(channel => channel.Name));
    }

    public void Start()
    {
        if (_named.Count > 0)
            _world.Time.Every(() => _chance.Ms(20, 250), () => !_isOver, EndChannel);

        if (_plan.EndsSessions)
            _world.Time.Every(() => _chance.Ms(100, 900), () => !_isOver, EndSession);
    }

    /// <summary>From now on connections live.</summary>
    public void SpareSessions() => _sparesSessions = true;

    public void Stop() => _isOver = true;

    /// <summary>An actor is about to run.</summary>
    public void See(ActorCell actor)
    {
        if (_named.Count == 0 && !_plan.EndsSessions)
            return;

        if (actor.Path is not { Name: var name, Parent.Name: var shard })
            return;

        if (shard.StartsWith("channels-", StringComparison.Ordinal) && _named.Contains(name))
            _channels[name] = actor;
        else if (_plan.EndsSessions && shard.StartsWith("sessions-", StringComparison.Ordinal))
            _sessions[name] = actor;
    }

    private void EndChannel()
    {
        if (EndOne(_channels) is { } name)
            _seen.Sometimes.Count(_seen.ChannelOf(name).IsDurable ? "a channel's actor ends under its followers" : "an ephemeral channel's actor ends under its followers");
    }

    private void EndSession()
    {
        if (_sparesSessions || EndOne(_sessions) is not { } session)
            return;

        _seen.SessionEnds(session);
        _seen.Sometimes.Count("a session's actor ends under its connection");
    }

    private string? EndOne(SortedDictionary<string, ActorCell> actors)
    {
        if (!_world.Dispatcher.IsIdle || !_node.IsDiskIdle || actors.Count == 0)
            return null;

        var name = _chance.Pick([.. actors.Keys]);
        actors.Remove(name, out var actor);
        _seen.Note($"the actor of {name} ends");
        _node.End(actor!);
        return name;
    }
}
