using System.Buffers;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Engine.Connections;

/// <content>What concerns all connections of the lane: the tick, orders about users, and the end.</content>
internal sealed partial class EdgeActor
{
    private void OnTick()
    {
        var sums = new EdgeSums();
        var count = _connections.Count;
        var all = ArrayPool<Connection>.Shared.Rent(count);
        _connections.Values.CopyTo(all, 0);
        foreach (var connection in all.AsSpan(0, count))
        {
            Spare(
                connection,
                static (connection, sums) =>
                {
                    connection.OnTick();
                    connection.AddTo(sums);
                },
                sums);
        }

        ArrayPool<Connection>.Shared.Return(all, clearArray: true);
        Figures.Sums = sums;
        OnPatternsTick();
        OnPresencesTick();
        ExpireWatches();
        AskOverdue();
        CloseWhoStayed();

        foreach (var channel in _channels.Values.Where(channel => channel.MayBeUnread && channel.Joins.Count == 0).OrderBy(channel => channel.Name).ToArray())
        {
            foreach (var format in channel.ReleaseUnread())
                services.Channels.Tell(new ChannelCommand.Leave(channel.Name, format, Self, NextWord()));

            // What those who left have not acked yet they may still ack.
            if (channel.Subscriptions.Count == 0 && !channel.IsWatched)
                Forget(channel);
        }
    }

    private void Forget(EdgeChannel channel)
    {
        _channels.Remove(channel.Name);
        Unwatch(channel);
    }

    private void OnSessionsPlaced(int shard)
    {
        if (services.Options.Bug == PlantedBug.AttachForgotten)
            return;

        foreach (var connection in _connections.Values.Where(connection => connection.SessionShard == shard).ToArray())
            Spare(connection, static (connection, _) => connection.Attach(), 0);
    }

    private void AttachToFailed()
    {
        if (_sessionsFailed.Count == 0)
            return;

        foreach (var connection in _connections.Values.Where(connection => _sessionsFailed.Contains(connection.SessionId)).ToArray())
            Spare(connection, static (connection, _) => connection.OnSessionFailed(), 0);

        _sessionsFailed.Clear();
    }

    private EdgeOutcome Obey(EdgeOrdered ordered)
    {
        var (met, ended) = (0, 0);
        switch (ordered.Order)
        {
            case EdgeOrder.PutOut putOut:
                foreach (var connection in _connections.Values.Where(connection => connection.IsOf(putOut.User, putOut.BeforeUnixMs)).ToArray())
                {
                    connection.Close(putOut.Code, putOut.Reason, putOut.AfterMs);
                    met++;
                }

                break;
            case EdgeOrder.TakeOff takeOff:
                foreach (var connection in _connections.Values.Where(connection => connection.IsOf(takeOff.User, null)).ToArray())
                {
                    var count = connection.TakeOff(takeOff.Channels);
                    met += count > 0 ? 1 : 0;
                    ended += count;
                }

                break;
        }

        return new EdgeOutcome(ordered.Number, met, ended);
    }

    private void OnCloseAll(EdgeMessage.CloseAll closeAll)
    {
        _closedTo = closeAll.ReplyTo;
        foreach (var connection in _connections.Values.ToArray())
            Spare(connection, static (connection, all) => connection.Close(all.Code, all.Reason), closeAll);

        TellIfAllClosed();
    }

    private void TellIfAllClosed()
    {
        if (_closedTo is null || _connections.Count > 0 || _detaching.Count > 0)
            return;

        _closedTo.Tell(new AllClosed(index));
        _closedTo = null;
    }
}
