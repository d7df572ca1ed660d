using RealTimeActors.Actors;
using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Connections;

/// <content>The sessions of its connections: what they answer, and what happens when their actors end.</content>
internal sealed partial class EdgeActor
{
    private readonly Dictionary<IActorRef, Connection> _connectionBySession = [];

    /// <summary>The connection lives on what its session's actor knows: it is told when that ends.</summary>
    internal void WatchSession(Connection connection, IActorRef session)
    {
        connection.Session = session;
        _connectionBySession[session] = connection;
        Context.Watch(session);
    }

    private void OnSession(SessionReply reply)
    {
        if (reply is SessionReply.AckHeard heard)
        {
            OnAckHeard(heard);
        }
        else if (reply is SessionReply.Detached)
        {
            _connections.GetValueOrDefault(reply.ConnectionId)?.OnDetached();
            _detaching.Remove(reply.ConnectionId);
            TellIfAllClosed();
        }
        else if (_connections.TryGetValue(reply.ConnectionId, out var connection))
        {
            connection.OnSession(reply);
        }
    }

    private void OnSessionEnded(IActorRef session)
    {
        if (_connectionBySession.Remove(session, out var connection))
            Spare(connection, static (connection, _) => connection.OnSessionEnded(), 0);
    }

    /// <summary>Another connection may have the session by now.</summary>
    private void UnwatchSession(Connection connection)
    {
        if (connection.Session is not { } session || _connectionBySession.GetValueOrDefault(session) != connection)
            return;

        _connectionBySession.Remove(session);
        Context.Unwatch(session);
    }
}
