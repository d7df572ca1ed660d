using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Engine.Inspection;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Edge;

/// <summary>What the edge needs of Core: where connections are opened and channels are asked.</summary>
public interface IEngine
{
    /// <summary>The system the channels live in.</summary>
    ActorSystem System { get; }

    /// <summary>Takes what is asked of any channel.</summary>
    IActorRef<ChannelCommand> Channels { get; }

    /// <summary>Who finds out whom a token belongs to; null: nobody is asked, and everybody is <see cref="Identity.Everybody"/>.</summary>
    IAuthenticator? Authenticator { get; }

    /// <summary>The same for a single request, which is judged also while the node that has the users is away. What lasts longer asks again when it begins.</summary>
    IAuthenticator? RequestAuthenticator => Authenticator;

    /// <summary>Whether whoever is behind a single request was put out: takes <see cref="UserCommand.Judge"/> and nothing else.</summary>
    IActorRef<UserCommand> RequestJudge => Users;

    /// <summary>What identities may do with channels.</summary>
    AccessRules Access { get; }

    /// <summary>Takes what is asked of any user.</summary>
    IActorRef<UserCommand> Users { get; }

    /// <summary>Takes questions about who is in a channel.</summary>
    IActorRef<PresenceCommand> Presence { get; }

    /// <summary>Takes what is asked about dead letters.</summary>
    IActorRef<ReplayCommand> Replays { get; }

    /// <summary>What is measured.</summary>
    EngineMeters Meters => EngineMeters.None;

    /// <summary>Who follows single requests; null: nobody.</summary>
    ITraces? Traces => null;

    /// <summary>Takes questions about the node.</summary>
    IActorRef<InspectionCommand> Inspector { get; }

    /// <summary>Takes those who read a channel's plain event stream.</summary>
    IActorRef<FeedCommand> Feeds { get; }

    /// <summary>The signed heads of all logs, and proofs; null: there are none.</summary>
    IActorRef<CheckpointCommand>? Checkpoints => null;

    /// <summary>The public half of the key that checkpoints are signed with; null: there is none.</summary>
    CheckpointKey? CheckpointKey => null;

    /// <summary>What the node says of itself.</summary>
    NodeDescription Description { get; }

    /// <summary>Opens Core's end of a transport. The transport may be written to from inside the call.</summary>
    IConnection Open(ITransport transport);

    /// <summary>The node's place among several, which takes <c>ClusterQuestion</c> and <c>ClusterRequest</c>; null: the node is alone.</summary>
    IActorRef<object>? Cluster => null;

    /// <summary>Passes requests over plain HTTP on to the nodes that have their connections; null: the node is alone.</summary>
    HttpRelays? Relays => null;

    /// <summary>Why clients cannot be connected to this node at all, and where they can; null: they can. Everything else is answered here as everywhere.</summary>
    string? NoClients => null;

    /// <summary>Why no connections should come here now (starting, draining); null: ready.</summary>
    string? NotReady { get; }

    /// <summary>Why new clients are turned away while those that are here go on: there is too much to do, and another node has more room. Null: they are taken.</summary>
    string? Overload => null;

    /// <summary>Why nothing can be stored now; null: it can. What is stored already can still be read, so connections are taken all the same. Looked at from time to time, it finds
    /// out by itself when the journal works again.</summary>
    JournalOutage? JournalDown { get; }
}
