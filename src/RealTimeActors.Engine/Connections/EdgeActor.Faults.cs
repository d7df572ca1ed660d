using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Connections;

/// <content>Faults: one connection's ends that connection, not the thousands beside it. It comes back, and resumes.</content>
internal sealed partial class EdgeActor
{
    protected override void Receive(object message)
    {
        try
        {
            Handle(message);
        }
        catch (Exception fault) when (ConnectionOf(message) is { } connection)
        {
            // What was taken of it before is told all the same.
            Publishes.TellAll();

            // The message is told as one that could not be handled.
            connection.Fail(fault);
            Context.Unhandled(message);
        }
    }

    /// <summary>Whose message it is; null: it concerns many, or none.</summary>
    private Connection? ConnectionOf(object message) => message switch
    {
        EdgeMessage.Received received => received.Connection,
        EdgeMessage.Writable writable => writable.Connection,
        EdgeMessage.GoOn goOn => goOn.Connection,
        DirectoryReply.Page { Tag: WalkTag tag } => tag.Following.Connection,
        ChannelReply { Tag: PublishTag tag } => tag.Connection,
        ChannelReply { Tag: PageTag tag } => tag.Subscription.Connection,
        ChannelReply { Tag: PendingJoin join } => join.Subscription.Connection,
        ChannelReply { Tag: ReadTag tag } => tag.Connection,
        ChannelReply { Tag: MutateTag tag } => tag.Connection,
        ChannelReply { Tag: Redelivery redelivery } => redelivery.Connection,
        AuthenticationReply { Tag: TokenTag tag } => tag.Connection,
        PresenceReply { Tag: PresenceTag tag } => tag.Connection,
        PresenceReply { Tag: ReadTag tag } => tag.Connection,
        SessionReply reply and not (SessionReply.AckHeard or SessionReply.Detached) => _connections.GetValueOrDefault(reply.ConnectionId),
        _ => null,
    };

    /// <summary>Does something for one of many connections: if it goes wrong, the others have their turn.</summary>
    private static void Spare<TWith>(Connection connection, Action<Connection, TWith> act, TWith with)
    {
        try
        {
            act(connection, with);
        }
        catch (Exception fault) when (!connection.IsEnded)
        {
            connection.Fail(fault);
        }
    }
}
