using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>What an edge actor tells of its connections. Nothing here looks at all of them in one message.</summary>
internal sealed partial class EdgeActor
{
    private void OnQuery(EdgeQuery message)
    {
        switch (message)
        {
            case EdgeQuery.InspectConnections inspect:
                OnInspectConnections(inspect);
                break;
            case EdgeQuery.InspectFollowers inspect:
                OnInspectFollowers(inspect);
                break;
            case EdgeQuery.CountSubscribers count:
                count.ReplyTo.Tell(new EdgeReport.Subscribers(
                    [.. count.Channels.Select(channel => (_channels.TryGetValue(channel, out var followed) ? followed.Subscriptions.Count : 0) + Sleepers(channel).Count)]));
                break;
            case EdgeQuery.CountConnections count:
                count.ReplyTo.Tell(new EdgeReport.Live(_connections.Count));
                break;
        }
    }

    private void OnInspectConnections(EdgeQuery.InspectConnections inspect)
    {
        var found = new List<ConnectionReport>();
        foreach (var id in inspect.ConnectionIds)
        {
            if (_connections.TryGetValue(id, out var connection))
                found.Add(connection.Report(inspect.Channel, inspect.WithSubscriptions));
        }

        inspect.ReplyTo.Tell(new EdgeReport.Connections(found));
    }

    private List<Connection> Sleepers(ChannelName channel)
    {
        var found = new List<Following>();
        _followings.Find(channel, found);
        return [.. found.Select(following => following.Connection).Distinct().Where(connection => connection.HasSleeper(channel))];
    }

    private void OnInspectFollowers(EdgeQuery.InspectFollowers inspect)
    {
        // From the end down: who leaves is replaced by the last of the list, which was looked at before. So nobody is missed, and new ones come too late for this look.
        var subscriptions = _channels.TryGetValue(inspect.Channel, out var channel) ? channel.Subscriptions : [];
        var to = Math.Min(inspect.Below, subscriptions.Count);
        var from = Math.Max(0, to - inspect.CountMax);
        var sessions = new List<string>();
        for (var i = from; i < to; i++)
        {
            var session = subscriptions[i].Connection.SessionId;
            if (string.CompareOrdinal(session, inspect.After) > 0)
                sessions.Add(session);
        }

        // Who follows it by a pattern while it rests is in no list; with the last slice they are all told.
        if (from == 0)
            sessions.AddRange(Sleepers(inspect.Channel).Select(connection => connection.SessionId).Where(session => string.CompareOrdinal(session, inspect.After) > 0));

        inspect.ReplyTo.Tell(new EdgeReport.Followers(inspect.Edge, sessions, from));
    }
}
