using RealTimeActors.Actors;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Inspection;

/// <summary>Takes questions about the node. Each is an actor of its own that asks around, answers and is gone; so many at one time.</summary>
internal sealed class Inspector(InspectionServices services) : Actor<InspectionCommand>
{
    private static readonly ActorOptions _queryOptions = new() { Supervision = Supervision.Stop };
    private long _asked;
    private int _underWay;

    protected override void Receive(InspectionCommand message)
    {
        if (_underWay >= InspectionLimits.QueriesMax)
        {
            message.ReplyTo.Tell(new InspectionReply.Refused(ErrorCode.Overloaded, $"{_underWay} questions about this node are under way already; ask again later."));
            return;
        }

        _underWay++;
        Context.Watch(Context.Spawn($"query-{++_asked}", () => QueryOf(message), _queryOptions));
    }

    protected override void OnSignal(Signal signal)
    {
        if (signal is Signal.Terminated)
            _underWay--;
    }

    private Actor<object> QueryOf(InspectionCommand command) => command switch
    {
        InspectionCommand.ListChannels list => new ChannelsQuery(services, list),
        InspectionCommand.ShowChannel show => new ChannelQuery(services, show),
        InspectionCommand.ListFollowers list => new SessionsQuery(services, list.ReplyTo, list.From, list.Limit) { Channel = list.Channel },
        InspectionCommand.ListSessions list => new SessionsQuery(services, list.ReplyTo, list.From, list.Limit) { User = list.User },
        InspectionCommand.ShowSession show => new SessionQuery(services, show),
        InspectionCommand.EndSession end => new EndSessionQuery(services, end),
        InspectionCommand.ShowNode show => new NodeQuery(services, show),
        _ => throw new InvalidOperationException($"Nobody answers {command.GetType().Name}."),
    };
}
