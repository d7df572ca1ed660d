using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Feeds;

/// <summary>
/// The plain event streams of the node: one subscription per channel that is read, however many read it. What it costs per reader is a place in a set.
/// </summary>
/// <remarks>To the rest of the node it is one more edge (the last): it does what edges are ordered about users, is asked what edges are asked, and leaves when they leave.
/// Two files: channels and readers (here), what edges are told (<c>Orders</c>).</remarks>
internal sealed partial class FeedsActor(int index, EdgeServices services) : Actor<object>
{
    /// <summary>A channel is followed for so long after its last reader has gone: they come back.</summary>
    private const long UnreadKeptMs = 10_000;

    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<ChannelName, FollowedFeed> _feeds = [];
    private readonly Dictionary<IActorRef, FollowedFeed> _feedByActor = [];

    /// <summary>Readers of whom it is not known yet whether they were put out.</summary>
    private readonly FeedReaders _judged = new();
    private readonly WordNumbers _words = new();
    private bool _isTicking;
    private bool _isClosed;

    private EdgeFigures Figures => services.Figures[index];

    private long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override void Receive(object message)
    {
        switch (message)
        {
            case ChannelReply.Fanout fanout:
                OnFanout(fanout);
                break;
            case ChannelReply.EndWatch { NamesMax: not null } end:
                services.Channels.Tell(new ChannelCommand.ReportAcks(end.Channel, [new AckReport(end.Epoch, end.Offset, 0, 0, AckStage.Last)], Self));
                break;
            case FeedCommand.Open(var reader):
                OnOpen(reader);
                break;
            case FeedCommand.Close(var reader):
                Remove(reader, 0);
                break;
            case AuthenticationReply reply:
                OnJudged((IFeedReader)reply.Tag!, reply);
                break;
            case ChannelReply.Joined { Tag: FollowedFeed feed } joined:
                OnJoined(feed, joined);
                break;
            case EdgeOrdered ordered:
                ordered.ReplyTo.Tell(Obey(ordered));
                break;
            case EdgeQuery query:
                OnQuery(query);
                break;
            case EdgeMessage order:
                OnEdgeMessage(order);
                break;
            case ChannelReply.Refused { Tag: FollowedFeed feed } when feed.IsJoining:
                // Nobody had the channel just now: on the way, or at the end of a link.
                feed.IsJoining = false;
                feed.IsRefused = !feed.MayAskAtOnce(NowUnixMs);
                if (!feed.IsRefused)
                    JoinAgain(feed);

                break;
        }
    }

    protected override void OnSignal(Signal signal)
    {
        // The channel actor has ended (its node failed, or it did): its successor is joined from where the feed is.
        if (signal is not Signal.Terminated(var actor) || !_feedByActor.Remove(actor, out var feed))
            return;

        feed.Actor = null;
        Join(feed, new From.Position(feed.Epoch, feed.Head));
    }

    private void OnOpen(IFeedReader reader)
    {
        if (_isClosed)
        {
            reader.Closed(CloseCode.GoingAway, "The server is stopping.", 0);
            return;
        }

        Begin();
        if (reader.Identity.User is null)
        {
            Follow(reader);
            return;
        }

        // Its user may have been put out since its token was looked at. The answer comes from where the orders come from: none falls between.
        _judged.Add(reader);
        services.Users.Tell(new UserCommand.Judge(new AuthenticationReply.Accepted(reader, reader.Identity), Self));
    }

    private void OnJudged(IFeedReader reader, AuthenticationReply reply)
    {
        if (!_judged.Remove(reader))
            return;

        if (reply is AuthenticationReply.Accepted)
            Follow(reader);
        else
            reader.Closed(CloseCode.TokenRevoked, (reply as AuthenticationReply.Rejected)?.Reason ?? "the token was revoked", 1_000);
    }

    private void Follow(IFeedReader reader)
    {
        if (!_feeds.TryGetValue(reader.Channel, out var feed))
        {
            feed = new FollowedFeed(reader.Channel, reader.MakeFeed());
            _feeds.Add(reader.Channel, feed);
            Join(feed, From.Now);
        }

        feed.UnreadSince = null;
        feed.Readers.Add(reader);
        Figures.Connections++;
        Figures.ConnectionsOpened++;
        if (feed.Actor is not null)
            reader.Opened(feed.Feed);
    }

    private void Join(FollowedFeed feed, From from)
    {
        if (feed.IsJoining)
            return;

        feed.IsJoining = true;
        feed.IsRefused = false;
        services.Channels.Tell(new ChannelCommand.Join(feed.Channel, from, null, feed, Self, _words.Next(NowUnixMs)));
    }

    private void JoinAgain(FollowedFeed feed) => Join(feed, feed.Epoch.Length == 0 ? From.Now : new From.Position(feed.Epoch, feed.Head));

    private void OnJoined(FollowedFeed feed, ChannelReply.Joined joined)
    {
        feed.IsJoining = false;
        var isFirst = feed.Epoch.Length == 0;
        feed.Epoch = joined.Start.Epoch;
        feed.Head = joined.Start.Head;
        feed.Actor = joined.Actor;
        _feedByActor[joined.Actor] = feed;
        Context.Watch(joined.Actor);
        feed.Feed.Begin(feed.Epoch, feed.Head);
        if (!isFirst)
            return;

        foreach (var reader in feed.Readers.All)
            reader.Opened(feed.Feed);
    }

    private void OnFanout(ChannelReply.Fanout fanout)
    {
        // Nobody here acks: publishers who wait for that need not wait for this edge.
        if (fanout.Run.Watched.Count > 0)
            services.Channels.Tell(new ChannelCommand.ReportAcks(fanout.Channel, [.. fanout.Run.Watched.Select(watched => new AckReport(fanout.Run.Epoch, watched.To, 0, 0, AckStage.Live))], Self));

        if (!_feeds.TryGetValue(fanout.Channel, out var feed) || !ReferenceEquals(feed.Actor, fanout.Actor))
            return;

        Figures.FanOuts++;
        feed.Head = fanout.Run.Head;
        feed.Feed.Add(fanout.Run.Epoch, fanout.Run.Events);
    }

    private void Remove(IFeedReader reader, int code)
    {
        _judged.Remove(reader);
        if (!_feeds.TryGetValue(reader.Channel, out var feed) || !feed.Readers.Remove(reader))
            return;

        Figures.EventsDelivered += reader.TakeWritten();
        Figures.Connections--;
        Figures.CountClosed(code);
        if (feed.Readers.Count == 0)
            feed.UnreadSince = NowUnixMs;
    }

    private void Begin()
    {
        if (_isTicking)
            return;

        _isTicking = true;
        Context.StartPeriodicTimer(_tick, _tick, EdgeMessage.Tick.Instance);
    }
}
