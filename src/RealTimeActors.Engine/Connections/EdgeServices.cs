using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Connections;

/// <summary>What the edge actors of a node and their connections are given.</summary>
internal sealed class EdgeServices(
    IActorRef<ChannelCommand> channels,
    IActorRef<SessionCommand> sessions,
    IActorRef<UserCommand> users,
    IEntropy entropy,
    EngineOptions options,
    IAuthenticator? authenticator)
{
    private readonly EdgeFigures[] _figures = [.. Enumerable.Range(0, options.Edges + 1).Select(_ => new EdgeFigures())];
    private IActorRef<object>[] _edges = [];

    internal IActorRef<ChannelCommand> Channels { get; } = channels;

    internal IActorRef<SessionCommand> Sessions { get; } = sessions;

    internal IActorRef<UserCommand> Users { get; } = users;

    internal required IActorRef<DirectoryCommand> Directory { get; init; }

    internal required IActorRef<PresenceCommand> Presence { get; init; }

    internal IEntropy Entropy { get; } = entropy;

    internal EngineOptions Options { get; } = options;

    /// <summary>Knows who was put out, too. Null: nobody is asked who he is.</summary>
    internal IAuthenticator? Authenticator { get; } = authenticator;

    /// <summary>What is measured.</summary>
    internal EngineMeters Meters { get; init; } = EngineMeters.None;

    /// <summary>Null: nothing is followed.</summary>
    internal ITraces? Traces { get; init; }

    /// <summary>What each edge actor counts; each writes its own.</summary>
    internal IReadOnlyList<EdgeFigures> Figures => _figures;

    /// <summary>Starts the edge actors: once, before any connection is opened.</summary>
    internal void Start(ActorSystem system)
    {
        var edges = new IActorRef<object>[Options.Edges + 1];
        for (var i = 0; i < Options.Edges; i++)
        {
            var index = i;
            edges[i] = system.Spawn($"{NamesPrefix}{i}", () => new EdgeActor(index, this));
        }

        edges[^1] = system.Spawn($"{NamesPrefix}feeds", () => new FeedsActor(Options.Edges, this));

        _edges = edges;
    }

    /// <summary>What the names of all edges begin with, on every node.</summary>
    internal const string NamesPrefix = "edge-";

    /// <summary>The well-known actors of the other nodes; null: the node is alone.</summary>
    internal NodeActorsRef? Others { get; init; }

    /// <summary>Whether those are the edges of all nodes that there are.</summary>
    internal bool ReachesAll => Others is not { Unlinked: > 0 };

    /// <summary>For how long yet there may be clients at nodes that are no members any more and do not know it; zero or less: there are none.</summary>
    internal TimeSpan FormerServeFor(TimeProvider time) => Others is null ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), Others.FormerEndedAt);

    /// <summary>The edges of all nodes that can be reached now, this one's first.</summary>
    internal IReadOnlyList<IActorRef<object>> Everywhere() => Others is null ? _edges : [.. _edges, .. Others.Value.WithNames(NamesPrefix)];

    /// <summary>All edges of this node: those of connections, and the last one, which has the plain event streams.</summary>
    internal IReadOnlyList<IActorRef<object>> Edges => _edges;

    internal IActorRef<object> Feeds => _edges[^1];

    internal IActorRef<object> EdgeOf(Connection connection) => _edges[connection.EdgeIndex];
}
