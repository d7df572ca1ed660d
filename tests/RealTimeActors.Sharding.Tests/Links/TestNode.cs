using RealTimeActors.Actors;
using RealTimeActors.Sharding.Links;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Sharding.Tests.Links;

/// <summary>A node with one well-known actor, which answers, and a link to each of the others.</summary>
internal sealed class TestNode
{
    private readonly SimulatedWorld _world;
    private readonly NodeNetwork _network;
    private readonly SortedDictionary<string, IActorRef<object>> _links = new(StringComparer.Ordinal);
    private readonly IActorRef<object> _answerer;

    internal TestNode(SimulatedWorld world, NodeNetwork network, string name)
    {
        _world = world;
        _network = network;
        Name = name;
        System = world.NewSystem();
        Reports = new Probe<LinkReport>(System, "reports");
        Probe = new Probe<Talk>(System, "probe");
        _answerer = System.Spawn<object>("answerer", () => new Answerer(this));
        network.Add(name, (_, to) => _links.GetValueOrDefault(to));
    }

    internal string Name { get; }

    internal ActorKernel System { get; }

    internal Probe<LinkReport> Reports { get; }

    /// <summary>Whoever is told something by the test.</summary>
    internal Probe<Talk> Probe { get; }

    /// <summary>What was not delivered, as it was asked.</summary>
    internal List<(object Message, string Reason)> Undelivered { get; } = [];

    /// <summary>The well-known actors of the others, as the owner of the links keeps them.</summary>
    internal NodeActorsRef Others { get; } = new();

    internal List<Talk> Heard { get; } = [];

    internal int MessageBytesMax { get; init; } = 1_000;

    /// <summary>The well-known actor of this node.</summary>
    internal IActorRef<object> WellKnown => _answerer;

    /// <summary>The well-known actor of another node.</summary>
    internal IActorRef<object> AnswererOf(string node) => Reports.Messages.OfType<LinkReport.Up>().Last(up => up.Peer == node).Actors[0];

    internal void LinkTo(TestNode other, bool dials)
    {
        var options = new LinkOptions
        {
            Peer = other.Name,
            Codec = new TalkCodec(),
            WellKnown = [new WellKnownActor("answerer", _answerer, _answerer.Tell) { IsWatched = true }],
            Others = Others,
            Undelivered = (message, reason, _) => Undelivered.Add((message, reason)),
            Owner = Reports.Ref,
            Dialer = _network.DialerOf(Name, other.Name),
            IsDialer = dials,
            MessageBytesMax = MessageBytesMax,
        };
        _links[other.Name] = System.Spawn<object>($"link-{other.Name}", () => new LinkActor(options));
    }

    internal static void Link(TestNode one, TestNode other)
    {
        other.LinkTo(one, dials: false);
        one.LinkTo(other, dials: true);
        one._world.Advance(TimeSpan.FromMilliseconds(10));
    }

    /// <summary>An actor that hears, and ends when it is asked "end".</summary>
    internal IActorRef<object> NewActor(string name) => System.Spawn<object>(name, () => new Answerer(this));

    private sealed class Answerer(TestNode node) : Actor<object>
    {
        protected override void Receive(object message)
        {
            node.Heard.Add((Talk)message);
            switch (message)
            {
                case Talk.Ask { Text: "end" }:
                    Context.Stop(Self);
                    break;
                case Talk.Ask { Text: "who" } ask:
                    ask.ReplyTo.Tell(new Talk.Introduce(Self));
                    break;
                case Talk.Ask { Text: not "silence" } ask:
                    ask.ReplyTo.Tell(new Talk.Answer($"{ask.Text}!", ask.Tag));
                    break;
            }
        }
    }
}
