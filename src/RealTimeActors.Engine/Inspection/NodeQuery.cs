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

        Services.Sessions.List("", "", 0, Self);
        Services.Channels.List("", "", 0, Self);
    }

    protected override void OnAnswer(object message)
    {
        switch (message)
        {
            case EdgeReport.Live live:
                _connections += live.Count;
                break;
            case ShardEntities { Region: RealTimeEngine.SessionsRegion } shard:
                _sessions += shard.Active;
                break;
            case ShardEntities shard:
                _channels += shard.Active;
                break;
        }

        if (--_missing == 0)
            Finish(new InspectionReply.Node(_connections, _sessions, _channels));
    }
}
