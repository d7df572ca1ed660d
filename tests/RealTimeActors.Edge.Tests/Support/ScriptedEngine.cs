using System.Threading.Channels;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Edge.Tests.Support;

/// <summary>An engine whose connections do only what the test tells them: the test stands where Core stands.</summary>
internal sealed class ScriptedEngine : IEngine, IAsyncDisposable
{
    private readonly ThreadPoolActorSystem _system = new();
    private readonly Channel<ScriptedConnection> _opened = Channel.CreateUnbounded<ScriptedConnection>();

    public ActorSystem System => _system;

    /// <summary>What channels answer.</summary>
    internal Action<ChannelCommand> OnChannel { get; set; } = static _ => { };

    public IActorRef<ChannelCommand> Channels => new ChannelsRef(this);

    /// <summary>What becomes of users.</summary>
    internal Action<UserCommand> OnUser { get; set; } = static _ => { };

    public IActorRef<UserCommand> Users => new UsersRef(this);

    public IAuthenticator? Authenticator { get; set; }

    public AccessRules Access { get; set; } = AccessRules.Closed;

    /// <summary>What the node answers about itself.</summary>
    internal Action<InspectionCommand> OnInspection { get; set; } = static _ => { };

    public IActorRef<InspectionCommand> Inspector => new InspectorRef(this);

    /// <summary>What becomes of readers of plain streams.</summary>
    internal Action<FeedCommand> OnFeed { get; set; } = static _ => { };

    public IActorRef<FeedCommand> Feeds => new FeedsRef(this);

    /// <summary>Who is in channels.</summary>
    internal Action<PresenceCommand> OnPresence { get; set; } = static _ => { };

    public IActorRef<PresenceCommand> Presence => new PresenceRef(this);

    /// <summary>What becomes of dead letters.</summary>
    internal Action<ReplayCommand> OnReplay { get; set; } = static _ => { };

    public IActorRef<ReplayCommand> Replays => new ReplaysRef(this);

    public NodeDescription Description { get; } = new("n1", "1.2.3", "memory", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    public string? NotReady { get; set; }

    public string? NoClients { get; set; }

    public string? Overload { get; set; }

    /// <summary>The node's place among several; null: it is alone.</summary>
    public IActorRef<object>? Cluster { get; set; }

    public JournalOutage? JournalDown { get; set; }

    public IConnection Open(ITransport transport)
    {
        var connection = new ScriptedConnection(transport);
        _opened.Writer.TryWrite(connection);
        return connection;
    }

    internal Task<ScriptedConnection> NextConnectionAsync() => _opened.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    private sealed class ChannelsRef(ScriptedEngine engine) : IActorRef<ChannelCommand>
    {
        public ActorPath Path { get; } = new(null, "channels");

        public void Tell(ChannelCommand message) => engine.OnChannel(message);
    }

    private sealed class UsersRef(ScriptedEngine engine) : IActorRef<UserCommand>
    {
        public ActorPath Path { get; } = new(null, "users");

        public void Tell(UserCommand message) => engine.OnUser(message);
    }

    private sealed class FeedsRef(ScriptedEngine engine) : IActorRef<FeedCommand>
    {
        public ActorPath Path { get; } = new(null, "feeds");

        public void Tell(FeedCommand message) => engine.OnFeed(message);
    }

    private sealed class ReplaysRef(ScriptedEngine engine) : IActorRef<ReplayCommand>
    {
        public ActorPath Path { get; } = new(null, "replays");

        public void Tell(ReplayCommand message) => engine.OnReplay(message);
    }

    private sealed class PresenceRef(ScriptedEngine engine) : IActorRef<PresenceCommand>
    {
        public ActorPath Path { get; } = new(null, "presence");

        public void Tell(PresenceCommand message) => engine.OnPresence(message);
    }

    private sealed class InspectorRef(ScriptedEngine engine) : IActorRef<InspectionCommand>
    {
        public ActorPath Path { get; } = new(null, "inspector");

        public void Tell(InspectionCommand message) => engine.OnInspection(message);
    }
}
