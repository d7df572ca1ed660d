using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Feeds;

/// <content>What every edge is told and asked.</content>
internal sealed partial class FeedsActor
{
    private void OnEdgeMessage(EdgeMessage message)
    {
        switch (message)
        {
            case EdgeMessage.Tick:
                OnTick();
                break;
            case EdgeMessage.GoAway goAway:
                // A plain stream cannot be asked; it is closed with all the others, and comes back where it was.
                goAway.ReplyTo?.Tell(new AllClosed(index));
                break;
            case EdgeMessage.CloseAll closeAll:
                OnCloseAll(closeAll);
                break;
        }
    }

    private void OnQuery(EdgeQuery query)
    {
        switch (query)
        {
            case EdgeQuery.InspectConnections inspect:
                inspect.ReplyTo.Tell(new EdgeReport.Connections([]));
                break;
            case EdgeQuery.InspectFollowers inspect:
                // Sessions follow; here nobody has one.
                inspect.ReplyTo.Tell(new EdgeReport.Followers(inspect.Edge, [], 0));
                break;
            case EdgeQuery.CountSubscribers count:
                count.ReplyTo.Tell(new EdgeReport.Subscribers([.. count.Channels.Select(channel => _feeds.TryGetValue(channel, out var feed) ? feed.Readers.Count : 0)]));
                break;
            case EdgeQuery.CountConnections count:
                count.ReplyTo.Tell(new EdgeReport.Live((int)Figures.Connections));
                break;
        }
    }

    private void OnTick()
    {
        var now = NowUnixMs;
        foreach (var feed in _feeds.Values.ToArray())
        {
            foreach (var reader in feed.Readers.All)
                Figures.EventsDelivered += reader.TakeWritten();

            Close(feed, reader => reader.Identity.ExpiresUnixMs <= now, CloseCode.TokenExpired, "token expired", 0);
            if (now - feed.UnreadSince >= UnreadKeptMs && !feed.IsJoining)
                Forget(feed);
            else if (feed.IsRefused)
                JoinAgain(feed);
        }

        var sums = new EdgeSums();
        sums.Add(TransportNames.Stream, Figures.Connections);
        Figures.Sums = sums;
    }

    private void Forget(FollowedFeed feed)
    {
        _feeds.Remove(feed.Channel);
        services.Channels.Tell(new ChannelCommand.Leave(feed.Channel, null, Self, _words.Next(NowUnixMs)));
        if (feed.Actor is not { } actor)
            return;

        Context.Unwatch(actor);
        _feedByActor.Remove(actor);
    }

    private EdgeOutcome Obey(EdgeOrdered ordered)
    {
        var (met, ended) = (0, 0);
        foreach (var feed in _feeds.Values)
        {
            switch (ordered.Order)
            {
                case EdgeOrder.PutOut putOut:
                    met += Close(feed, reader => IsOf(reader, putOut.User, putOut.BeforeUnixMs), putOut.Code, putOut.Reason, putOut.AfterMs);
                    break;
                case EdgeOrder.TakeOff takeOff when takeOff.Channels.Matches(feed.Channel):
                    ended += Close(feed, reader => IsOf(reader, takeOff.User, null), CloseCode.PutOut, "ended by an administrator", 0);
                    break;
            }
        }

        // Each has one subscription: with it the reader ends.
        return new EdgeOutcome(ordered.Number, met + ended, ended);
    }

    private static bool IsOf(IFeedReader reader, string user, long? beforeUnixMs) =>
        reader.Identity.User == user && (beforeUnixMs is null || reader.Identity.IssuedUnixMs is not { } issued || issued < beforeUnixMs);

    private int Close(FollowedFeed feed, Func<IFeedReader, bool> isMeant, int code, string reason, long afterMs)
    {
        var closed = feed.Readers.All.Where(isMeant).ToArray();
        foreach (var reader in closed)
        {
            Remove(reader, code);
            reader.Closed(code, reason, afterMs);
        }

        return closed.Length;
    }

    private void OnCloseAll(EdgeMessage.CloseAll closeAll)
    {
        _isClosed = true;
        foreach (var reader in _judged.All)
            reader.Closed(closeAll.Code, closeAll.Reason, 0);

        _judged.Clear();
        foreach (var feed in _feeds.Values)
            Close(feed, static _ => true, closeAll.Code, closeAll.Reason, 0);

        closeAll.ReplyTo.Tell(new AllClosed(index));
    }
}
