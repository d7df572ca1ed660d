using System.Collections.Immutable;
using RealTimeActors.Actors;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Cluster;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Engine.Nodes;

/// <summary>One node of a cluster: the engine, its place in the cluster, and its links to the other nodes. The same code runs in the server and in the simulation.</summary>
public sealed class ClusterNode
{
    private readonly ActorSystem _system;
    private readonly ClusterDoors _doors;
    private readonly NodeActorsRef _others = new();
    private readonly IActorRef<object> _place;
    private ImmutableSortedDictionary<string, IActorRef<object>> _links = ImmutableSortedDictionary.Create<string, IActorRef<object>>(StringComparer.Ordinal);
    private string? _self;

    /// <summary>Starts the node's actors; it announces itself, if it need not wait for that, and takes its share of the shards.</summary>
    /// <param name="system">Time and order.</param>
    /// <param name="doors">What the cluster stands on.</param>
    /// <param name="entropy">Chance.</param>
    /// <param name="announcement">What the node says of itself.</param>
    /// <param name="options">Of the engine; <see cref="EngineOptions.Shards"/> is the same on all nodes.</param>
    /// <param name="services">What else the engine is given; null: nothing.</param>
    public ClusterNode(ActorSystem system, ClusterDoors doors, IEntropy entropy, NodeAnnouncement announcement, EngineOptions options, EngineServices? services = null)
    {
        _system = system;
        _doors = doors;
        Engine = new RealTimeEngine(system, doors.Journals.Reading, entropy, options, services, _others);
        system.ObserveDeadLetters(OnDeadLetter);
        _place = system.Spawn<object>("cluster", () => new ClusterActor(new ClusterOptions
        {
            Announcement = announcement,
            JoinsWhenTold = doors.JoinsWhenTold,
            Shards = options.Shards,
            Members = doors.Members,
            Leases = doors.Leases,
            Journals = doors.Journals,
            Regions = Engine.Regions,
            StartLink = StartLink,
            LinkStopped = OnLinkStopped,
            Others = _others,
            Died = doors.Died,
            Draining = doors.Draining,
            Undrained = doors.Undrained,
            Waits = doors.Waits,
            CountsOf = Engine.CountsOf,
            Clients = () => Engine.Clients,
            Looked = doors.Looked,
            ClientAddress = doors.ClientAddress,
            Figures = doors.Figures,
            Load = doors.Load,
            Lease = doors.Lease,
            MovePause = doors.MovePause,
            MoveWithin = doors.MoveWithin,
            Bug = options.ShardBug,
        }));
    }

    /// <summary>How the nodes' messages become bytes. Its fingerprint tells apart who can read whom.</summary>
    public static IMessageCodec Codec { get; } = new ClusterCodec(EngineCodec.Instance);

    /// <summary>The engine.</summary>
    public RealTimeEngine Engine { get; }

    /// <summary>The node's place in the cluster: takes <see cref="ClusterQuestion"/>, <see cref="ClusterRequest"/>, <see cref="ClusterOrder"/> and <see cref="JoinCluster"/>.</summary>
    public IActorRef<object> Place => _place;

    /// <summary>The link that one life of this node has with another node, for whoever accepts connections; null: it is not that life, or knows no such node (yet). Safe from anywhere.</summary>
    public IActorRef<LinkEvent>? LinkTo(string self, string peer) => self == _self ? _links.GetValueOrDefault(peer) : null;

    private IActorRef<object> StartLink(NodeIncarnation me, ClusterMember other, bool isDialer, IActorRef<LinkReport> owner)
    {
        var peer = $"{other.Self}";
        var options = new LinkOptions
        {
            Peer = peer,
            Codec = Codec,
            WellKnown = [.. Engine.WellKnown, new WellKnownActor(ClusterOptions.WellKnownName, _place, _place.Tell)],
            Others = _others,
            Undelivered = Engine.Undelivered,
            Owner = owner,
            Dialer = _doors.DialerOf(me, other),
            IsDialer = isDialer,
            MessageBytesMax = _doors.MessageBytesMax,
            Bug = Engine.ShardBug,
        };
        var link = _system.Spawn<object>($"link-{peer.Replace('#', '-')}", () => new LinkActor(options));
        _links = _links.SetItem(peer, link);
        _self = $"{me}";
        return link;
    }

    private void OnLinkStopped(NodeIncarnation other)
    {
        _links = _links.Remove($"{other}");
        _doors.Forget(other);
    }

    private void OnDeadLetter(DeadLetter letter)
    {
        // A call that was accepted for a link that has ended meanwhile.
        if (letter.Message is LinkEvent.Connected connected)
            connected.Link.Close("the node is not a member any more");
        else
            Engine.Undelivered(LinkActor.ToldIn(letter.Message), $"{letter.Recipient} has ended", mayBeDone: letter.Reason == DeadLetterReason.Failed);
    }
}
