using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <content>Publishers who wait for those who ack: who was online here is counted when the events come, and the channel is told in one message per run what has become of it.</content>
internal sealed partial class EdgeActor
{
    /// <summary>Channels of which there is something to tell at the end of the run.</summary>
    private readonly List<EdgeChannel> _acked = [];

    /// <summary>What an ack was waited for; for one at a time.</summary>
    private readonly List<AwaitedAck> _counted = [];

    /// <summary>Watched events have come: those who follow the channel live are counted. Whoever joins from now on comes too late.</summary>
    private void BeginWatches(ChannelName name, EdgeChannel? channel, EventRun run)
    {
        if (run.Watched.Count == 0)
            return;

        var reports = new List<AckReport>(run.Watched.Count);
        var patterns = new List<Following>();
        _followings.Find(name, patterns);
        foreach (var watched in run.Watched)
        {
            if (channel is null)
            {
                reports.Add(new AckReport(run.Epoch, watched.To, 0, 0, AckStage.Live));
                continue;
            }

            var watch = channel.BeginWatch(run.Epoch, watched);
            watch.MayGrow = patterns.Count > 0;
            foreach (var subscription in channel.Subscriptions)
            {
                if (subscription.IsCounted)
                    watch.Count(subscription.Connection.SessionId, subscription.Connection.User);
            }

            // Who joins the channel again because its actor was replaced has been following all along.
            foreach (var join in channel.Joins.All)
            {
                if (join.Request.IsRejoin && join.Subscription.Epoch == run.Epoch && join.Subscription.IsCounted && !join.Subscription.Connection.IsEnded)
                    watch.Count(join.Subscription.Connection.SessionId, join.Subscription.Connection.User);
            }

            reports.Add(watch.Report(AckStage.Live));
        }

        channel?.Watches?.LetGo();
        services.Channels.Tell(new ChannelCommand.ReportAcks(name, reports, Self));
    }

    /// <summary>The directory tells of watched events: those who follow the channel by a pattern have been following it before it stirred, although it was not joined here.</summary>
    private void OnWatched(DirectoryReply.Watched watched)
    {
        var standing = watched.Channel;
        Tell(standing, isEnded: false);

        var found = new List<Following>();
        _followings.Find(standing.Channel, found);
        var connections = found.Select(following => following.Connection).Distinct().ToList();
        var reports = new List<AckReport>(watched.Events.Count);
        foreach (var events in watched.Events)
        {
            var counted = connections.FindAll(connection => connection.FollowsByPatternFrom(standing.Channel, standing.Epoch) < events.From);
            if (counted.Count == 0 && !_channels.ContainsKey(standing.Channel))
            {
                reports.Add(new AckReport(standing.Epoch, events.To, 0, 0, AckStage.Patterns));
                continue;
            }

            var watch = ChannelOf(standing.Channel).BeginWatch(standing.Epoch, events);
            watch.MayGrow = false;
            foreach (var connection in counted)
                watch.Count(connection.SessionId, connection.User);

            reports.Add(watch.Report(AckStage.Patterns));
        }

        if (_channels.TryGetValue(standing.Channel, out var channel))
            channel.Watches?.LetGo();

        services.Channels.Tell(new ChannelCommand.ReportAcks(standing.Channel, reports, Self));
    }

    /// <summary>A session has dealt with this much of the channel, on whichever connection. Says what of it publishers wait for: its actor is told, because another edge may have counted it, too.</summary>
    internal IReadOnlyList<AwaitedAck> Acked(EdgeChannel channel, string sessionId, string epoch, long prefix, IReadOnlyList<OffsetRange> ahead)
    {
        if (channel.Watches is not { } watches)
            return [];

        _counted.Clear();
        if (watches.Acked(sessionId, epoch, prefix, ahead, countsLate: services.Options.Bug == PlantedBug.DeliveredCountsLateJoiner, _counted))
            TellAcksOf(channel);

        return _counted.Count == 0 ? [] : [.. _counted];
    }

    private void TellAcksOf(EdgeChannel channel)
    {
        if (!_acked.Contains(channel))
            _acked.Add(channel);
    }

    /// <summary>Its connection has ended before the session acked: what it acks on its next one, wherever that is, it tells here. Who took the session over may have counted it, too, and what it acked here may not
    /// have reached its actor, where that is on another node: it is said again.</summary>
    internal void AwaitAcks(Connection connection, EdgeChannel channel)
    {
        if (channel.Watches is not { } watches || services.Options.Bug == PlantedBug.DeliveredForgetsResumed)
            return;

        var waiting = watches.WaitingFor(connection.SessionId);
        var counted = connection.ClosedWith == CloseCode.TakenOver ? watches.CountedFor(connection.SessionId) : [];
        if (waiting.Count + counted.Count > 0)
            services.Sessions.Tell(new SessionCommand.AwaitAcks(connection.SessionId, connection.Ref!, channel.Name, waiting) { Counted = counted });
    }

    private void OnAckHeard(SessionReply.AckHeard heard)
    {
        if (!_channels.TryGetValue(heard.Channel, out var channel))
            return;

        if (!heard.IsCountedElsewhere)
            Acked(channel, heard.SessionId, heard.Epoch, 0, [heard.Range]);
        else if (channel.Watches?.CountedElsewhere(heard.SessionId, heard.Epoch, heard.Range) == true)
            TellAcksOf(channel);
    }

    private void OnEndWatch(ChannelReply.EndWatch end)
    {
        var last = _channels.TryGetValue(end.Channel, out var channel) ? channel.Watches?.End(end.Epoch, end.Offset, end.NamesMax ?? 0) : null;
        if (end.NamesMax is not null)
            services.Channels.Tell(new ChannelCommand.ReportAcks(end.Channel, [last ?? new AckReport(end.Epoch, end.Offset, 0, -1, AckStage.Last)], Self));
    }

    private void TellAcks()
    {
        for (var i = 0; i < _acked.Count; i++)
        {
            if (_acked[i].Watches?.TakeReports() is { Count: > 0 } reports)
                services.Channels.Tell(new ChannelCommand.ReportAcks(_acked[i].Name, reports, Self));
        }

        _acked.Clear();
    }

    private void ExpireWatches()
    {
        foreach (var channel in _channels.Values)
            channel.Watches?.Expire(NowUnixMs);
    }
}
