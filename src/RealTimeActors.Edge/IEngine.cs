using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Telemetry;

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

    /// <summary>What identities may do with channels.</summary>
    AccessRules Access { get; }

    /// <summary>Takes what is asked of any user.</summary>
    IActorRef<UserCommand> Users { get; }

    /// <summary>What is measured.</summary>
    EngineMeters Meters => EngineMeters.None;

    /// <summary>Who follows single requests; null: nobody.</summary>
    ITraces? Traces => null;

    /// <summary>Opens Core's end of a transport. The transport may be written to from inside the call.</summary>
    IConnection Open(ITransport transport);

    /// <summary>Why no traffic should come here now (recovering, draining, journal down); null: ready.</summary>
    string? NotReady { get; }
}
