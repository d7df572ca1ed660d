using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;
using RealTimeActors.TestKit.Access;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>One node on a simulated disk, in virtual time: everything is real but the doors.</summary>
internal sealed class TestNode
{
    /// <summary>The newest actor of each entity, by its region and its id.</summary>
    private readonly SortedDictionary<string, ActorCell> _entities = new(StringComparer.Ordinal);
    private ActorKernel _system;
    private SimulatedJournal _journal;
    private readonly EngineMeters? _meters;
    private readonly ITraces? _traces;
    private int _asked;

    /// <param name="options">Of the engine.</param>
    /// <param name="seed">Of everything that happens by chance.</param>
    /// <param name="asksForTokens">Whether clients have to say who they are.</param>
    /// <param name="meters">What is measured; null: nothing.</param>
    /// <param name="traces">Who follows requests; null: nobody.</param>
    /// <param name="signer">Who signs checkpoints; null: there are none.</param>
    internal TestNode(
        EngineOptions? options = null, ulong seed = 1, bool asksForTokens = false, EngineMeters? meters = null, ITraces? traces = null, ICheckpointSigner? signer = null)
    {
        Signer = signer;
        _meters = meters;
        _traces = traces;
        Options = options ?? new EngineOptions();
        World = new SimulatedWorld(seed);
        World.Dispatcher.OnRun = (actor, _) => See(actor);
        Disk = new SimulatedDisk(World.Entropy.Fork("disk"));
        Tokens = asksForTokens ? new SimulatedTokens(World.Time) : null;
        (_system, _journal, Engine) = Start();
    }

    internal EngineOptions Options { get; set; }

    /// <summary>Who signs checkpoints from the next start on; null: there are none.</summary>
    internal ICheckpointSigner? Signer { get; set; }

    internal SimulatedWorld World { get; }

    internal SimulatedJournal Journal => _journal;

    internal SimulatedDisk Disk { get; }

    /// <summary>Who issues and checks tokens; null: nobody asks for any.</summary>
    internal SimulatedTokens? Tokens { get; }

    internal RealTimeEngine Engine { get; private set; }

    internal static EngineOptions With(string pattern, ChannelSettings settings) => new() { Channels = [(ChannelPattern.Parse(pattern), settings)] };

    /// <summary>kill -9: what was not flushed is gone, and so is every connection.</summary>
    /// <param name="meanwhile">What happens to the disk while nothing runs.</param>
    internal void CrashAndRestart(Action? meanwhile = null)
    {
        _journal.Crash();
        _system.Kill();
        meanwhile?.Invoke();
        (_system, _journal, Engine) = Start();
    }

    /// <summary>The actor of a channel ends under whoever uses it, as a fault of its own ends it, or a shard that moves.</summary>
    internal void EndChannel(string channel) => Assert.True(TryEndChannel(channel, settles: true), $"{channel} is not in memory");

    /// <summary>The same, where the channel has an actor.</summary>
    internal bool TryEndChannel(string channel, bool settles = false) => TryEnd("channels", channel, settles);

    /// <summary>The actor of a client's session ends under its connection.</summary>
    internal void EndSessionOf(TestClient client) => Assert.True(TryEnd("sessions", client.Welcome.Session.Id, settles: true), $"{client.Welcome.Session.Id} is not in memory");

    /// <summary>A client that has said hello and was welcomed.</summary>
    internal TestClient Connect(WireFormat format = WireFormat.WebSocketJson, string hello = "") => Accept(format).Hello(hello);

    /// <summary>A connection that has said nothing yet.</summary>
    internal TestClient Accept(WireFormat format = WireFormat.WebSocketJson, Identity? identity = null) => new(Engine, Settle, format, identity);

    /// <summary>A client that has shown a token with these rights, good for an hour, and was welcomed.</summary>
    internal TestClient ConnectAs(string user, params (string Pattern, Rights Rights)[] channels) =>
        Accept().HelloWith(Tokens!.Issue(user, TimeSpan.FromHours(1), channels));

    /// <summary>Asks about a user, and waits for the answer.</summary>
    internal UserReply Ask(Func<IActorRef<UserReply>, UserCommand> make)
    {
        var replies = new List<UserReply>();
        Engine.Users.Tell(make(Into(replies)));
        Settle();
        return Assert.Single(replies);
    }

    /// <summary>Channel actors that are in memory.</summary>
    internal long ChannelsInMemory => ((ShardRegion<ChannelCommand>)Engine.Channels).Active;

    /// <summary>How the journal has a stream.</summary>
    internal JournalReply.Loaded Load(string stream)
    {
        var replies = new List<JournalReply>();
        _journal.Load(new StreamId(stream), Into(replies));
        Settle();
        return Assert.IsType<JournalReply.Loaded>(Assert.Single(replies));
    }

    /// <summary>The channels that a session has cursors in.</summary>
    internal IEnumerable<string> CursorsOf(string sessionId)
    {
        var reports = new List<InspectionReply>();
        Engine.Inspector.Tell(new InspectionCommand.ShowSession(sessionId, Into(reports)));
        Settle();
        return Assert.Single(Assert.IsType<InspectionReply.Sessions>(Assert.Single(reports)).Items).Subscriptions.Select(subscription => subscription.Channel.Value);
    }

    /// <summary>An address whose messages are put into the list.</summary>
    internal IActorRef<TMessage> Into<TMessage>(List<TMessage> messages)
        where TMessage : class =>
        _system.Spawn<TMessage>($"asker-{++_asked}", () => new Recorder<TMessage>(messages));

    /// <summary>Lets everything that is under way come to rest; the disk takes a few milliseconds.</summary>
    internal void Settle() => World.Advance(TimeSpan.FromMilliseconds(500));

    private void See(ActorCell actor)
    {
        if (actor.Path is { Name: var id, Parent.Name: var shard } && shard.IndexOf('-', StringComparison.Ordinal) is > 0 and var end)
            _entities[$"{shard[..end]}/{id}"] = actor;
    }

    private bool TryEnd(string region, string id, bool settles)
    {
        if (!_entities.Remove($"{region}/{id}", out var actor))
            return false;

        _system.Stop(actor);
        if (settles)
            Settle();

        return true;
    }

    private (ActorKernel System, SimulatedJournal Journal, RealTimeEngine Engine) Start()
    {
        var system = World.NewSystem();
        var journal = new SimulatedJournal(Disk, World.Time);
        var services = new EngineServices { Authenticator = Tokens, Meters = _meters ?? EngineMeters.None, Traces = _traces, Signer = Signer };
        return (system, journal, new RealTimeEngine(system, journal, World.Entropy.Fork($"node-{World.Time.Elapsed}"), Options, services));
    }

    private sealed class Recorder<TMessage>(List<TMessage> messages) : Actor<TMessage>
        where TMessage : class
    {
        protected override void Receive(TMessage message) => messages.Add(message);
    }
}
