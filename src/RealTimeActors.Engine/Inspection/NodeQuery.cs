using RealTimeActors.Actors;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Inspection;

/// <summary>How much is there? Every shard and every edge tells a number.</summary>
internal sealed class NodeQuery(InspectionServices services, InspectionCommand.ShowNode command) : Query(services, command.ReplyTo)
{
    private int _missing;
    private int _connections;
    private int _sessions;
    private int _channels;

    protected override void Begin()
    {
        _missing = Edges.Count + Services.Sessions.Shards + Services.Channels.Shards;
        foreach (var edge in Edges)
            edge.Tell(new EdgeQuery.CountConnections(Self));

        Services.Sessions.List("", "", 0, new Counter(Self, IsSessions: true));
        Services.Channels.List("", "", 0, new Counter(Self, IsSessions: false));
    }

    protected override void OnAnswer(object message)
    {
        switch (message)
        {
            case EdgeReport.Live live:
                _connections += live.Count;
                break;
            case Counted(var count, IsSessions: true):
                _sessions += count;
                break;
            case Counted(var count, IsSessions: false):
                _channels += count;
                break;
        }

        if (--_missing == 0)
            Finish(new InspectionReply.Node(_connections, _sessions, _channels));
    }

    private sealed record Counted(int Count, bool IsSessions);

    /// <summary>Shards of both kinds answer alike: the address tells them apart.</summary>
    private sealed record Counter(IActorRef<object> Query, bool IsSessions) : IActorRef<ShardEntities>
    {
        public ActorPath Path => Query.Path;

        public void Tell(ShardEntities message) => Query.Tell(new Counted(message.Active, IsSessions));
    }
}
