using RealTimeActors.Actors;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>What an edge actor is told by transports and by its own node.</summary>
internal abstract record EdgeMessage
{
    private EdgeMessage() { }

    internal sealed record Opened(Connection Connection) : EdgeMessage;

    internal sealed record Received(Connection Connection, IReadOnlyList<ClientFrame> Frames, int Bytes) : EdgeMessage;

    internal sealed record Writable(Connection Connection) : EdgeMessage;

    internal sealed record Closed(Connection Connection) : EdgeMessage;

    /// <summary>Time for what is done once a second.</summary>
    internal sealed record Tick : EdgeMessage
    {
        internal static Tick Instance { get; } = new();
    }

    /// <summary>Time for the stages of some subscription.</summary>
    internal sealed record StagesDue : EdgeMessage
    {
        internal static StagesDue Instance { get; } = new();
    }

    /// <summary>A shard that has no owner had no room for what it was told: it is told again after a pause, or given up where too much waits for that.</summary>
    internal sealed record NoRoom(Action TellAgain, Action GiveUp) : EdgeMessage;

    /// <summary>The pause is over.</summary>
    internal sealed record NoRoomDue : EdgeMessage
    {
        internal static NoRoomDue Instance { get; } = new();
    }

    /// <summary>Go on with the channels of a connection's patterns: a slice was done, others had their turn.</summary>
    internal sealed record GoOn(Connection Connection) : EdgeMessage;

    /// <summary>Tell every client to go elsewhere: to these addresses in turn, or wherever the load balancer thinks where there are none. Answered by
    /// <see cref="AllClosed"/> when nobody is left, where somebody wants to know.</summary>
    internal sealed record GoAway(TimeSpan Within, TimeSpan Spread, IReadOnlyList<string> Addresses, IActorRef<AllClosed>? ReplyTo) : EdgeMessage;

    /// <summary>The same for a few of them, who are closed when the time is over, because others have more room. Who is here for less than <paramref name="Stay"/> is left.</summary>
    internal sealed record SendAway(int Count, TimeSpan Stay, TimeSpan Within, TimeSpan Spread, IReadOnlyList<string> Addresses) : EdgeMessage;

    /// <summary>The shard of the sessions region begins another life, here or elsewhere: its sessions are told of their connections again.</summary>
    internal sealed record SessionsPlaced(int Shard) : EdgeMessage;

    /// <summary>The actor of a session has failed: the next one is told of its connection.</summary>
    internal sealed record SessionFailed(string SessionId) : EdgeMessage;

    /// <summary>Close every connection. Answered by <see cref="AllClosed"/> when the sessions know and have journaled their cursors.</summary>
    internal sealed record CloseAll(int Code, string Reason, IActorRef<AllClosed> ReplyTo) : EdgeMessage;
}
