using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;

namespace RealTimeActors.Engine.Inspection;

/// <summary>How does one session stand? The session first, then its connection and its channels.</summary>
internal sealed class SessionQuery(InspectionServices services, InspectionCommand.ShowSession command) : Query(services, command.ReplyTo)
{
    private SessionReport? _session;
    private ConnectionReport? _connection;
    private int _edgesMissing;
    private ChannelFigures? _channels;

    protected override void Begin() => Services.Sessions.Tell(new SessionCommand.Inspect(command.SessionId, null, Self));

    protected override void OnAnswer(object message)
    {
        switch (message)
        {
            case SessionReport { NotKnownBecause: { } reason }:
                RefuseNotKnown(command.SessionId, reason);
                return;
            case SessionReport { Exists: false }:
                Finish(new InspectionReply.Sessions([], null));
                return;
            case SessionReport session:
                OnSession(session);
                break;
            case EdgeReport.Connections connections:
                _edgesMissing--;
                _connection ??= connections.Found is [var found] ? found : null;
                break;
            default:
                _channels?.Take(message);
                break;
        }

        if (_edgesMissing == 0 && _channels is { IsComplete: true })
            Tell();
    }

    protected override void OnTimeIsUp()
    {
        if (_session is null)
            base.OnTimeIsUp();
        else
            Tell();
    }

    private void OnSession(SessionReport session)
    {
        _session = session;
        if (session.ConnectionId is { } connection)
        {
            _edgesMissing = Edges.Count;
            foreach (var edge in Edges)
                edge.Tell(new EdgeQuery.InspectConnections([connection], null, WithSubscriptions: true, Self));
        }

        _channels = new ChannelFigures(Services, Edges, [.. session.Subscriptions.Select(subscription => subscription.Channel)]);
        _channels.Begin(Self);
    }

    private void Tell()
    {
        var session = _session!;
        var channels = _channels!.Views;
        SubscriptionView[] subscriptions = [.. session.Subscriptions.Select((subscription, i) => SessionViews.Of(session, subscription, _connection, channels[i]))];
        Finish(new InspectionReply.Sessions([SessionViews.Of(session, _connection, subscriptions, Services.Options)], null));
    }
}
