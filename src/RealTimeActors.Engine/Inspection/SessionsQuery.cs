using RealTimeActors.Actors;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Inspection;

/// <summary>
/// Which sessions are there, or follow a channel? First those that are connected, then those that are away, each by id: ids are collected, the sessions behind them asked, and those that
/// fit are told, until the page is full or enough was looked at.
/// </summary>
internal sealed class SessionsQuery(InspectionServices services, IActorRef<InspectionReply> replyTo, SessionCursor from, int limit) : Query(services, replyTo)
{
    private readonly List<SessionReport> _found = [];
    private readonly List<ConnectionReport> _connections = [];
    private readonly AskWindow _asks = new(InspectionLimits.AsksAtOnce);
    private SessionCursor _at = from;
    private NamePage? _ids;
    private SessionReport?[] _reports = [];
    private int _lookedAt;
    private bool _isFound;
    private SessionCursor? _next;
    private int _edgesMissing;
    private ChannelFigures? _figures;

    /// <summary>Only sessions that follow this channel.</summary>
    internal ChannelName? Channel { get; init; }

    /// <summary>Only sessions of this user.</summary>
    internal string? User { get; init; }

    protected override void Begin() => Collect();

    protected override void OnAnswer(object message)
    {
        switch (message)
        {
            case JournalReply.ListFailed failed:
                Refuse(ErrorCode.Overloaded, $"The sessions cannot be listed: {failed.Message}");
                return;
            case JournalReply.Listed listed:
                OnIds(listed.Streams.Select(stream => stream.Stream.Value[SessionActor.StreamPrefix.Length..]), isLast: true);
                break;
            case ShardEntities shard:
                OnIds(shard.Ids, isLast: true);
                break;
            case EdgeReport.Followers followers:
                if (followers.Below > 0)
                    AskFollowers(followers.Edge, followers.Below);

                OnIds(followers.SessionIds, isLast: followers.Below == 0);
                break;
            case SessionReport { NotKnownBecause: { } reason } unknown:
                RefuseNotKnown(unknown.SessionId, reason);
                return;
            case SessionReport { Tag: int index } report:
                _reports[index] = report;
                _asks.Answered();
                if (_asks.IsEmpty)
                    Choose();

                break;
            case EdgeReport.Connections connections:
                _edgesMissing--;
                _connections.AddRange(connections.Found);
                break;
            default:
                _figures?.Take(message);
                break;
        }

        if (_isFound && _edgesMissing == 0 && _figures is null or { IsComplete: true })
            Tell();
    }

    protected override void OnTimeIsUp()
    {
        if (_isFound)
            Tell();
        else
            base.OnTimeIsUp();
    }

    /// <summary>Asks for the ids that come next.</summary>
    private void Collect()
    {
        var count = Math.Min(InspectionLimits.NamesAtOnce, InspectionLimits.ScanMax - _lookedAt);
        if (!_at.IsAway && Channel is not null)
        {
            // Their edges know who follows a channel; nobody else is looked at.
            _ids = new NamePage(count, Edges.Count);
            for (var edge = 0; edge < Edges.Count; edge++)
                AskFollowers(edge, int.MaxValue);

            return;
        }

        // A session that is not on disk is in memory; one that is away may be in either.
        _ids = new NamePage(count, Services.Sessions.Shards + (_at.IsAway ? 1 : 0));
        Services.Sessions.List("", _at.After, _ids.PerSource, Self);
        if (_at.IsAway)
            Services.Journal.List(SessionActor.StreamPrefix, _at.After.Length == 0 ? "" : SessionActor.StreamPrefix + _at.After, _ids.PerSource, Self);
    }

    private void AskFollowers(int edge, int below) =>
        Edges[edge].Tell(new EdgeQuery.InspectFollowers(Channel!.Value, _at.After, below, InspectionLimits.FollowersAtOnce, edge, Self));

    private void OnIds(IEnumerable<string> ids, bool isLast)
    {
        _ids!.Add(ids);
        if (!isLast)
            return;

        _ids.SourceDone();
        if (!_ids.IsComplete)
            return;

        var names = _ids.Names;
        _reports = new SessionReport?[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            var index = i;
            _asks.Ask(() => Services.Sessions.Tell(new SessionCommand.Inspect(names[index], index, Self) { Channel = Channel }));
        }

        if (names.Count == 0)
            Choose();
    }

    /// <summary>The sessions have answered: which of them are told, and is that enough?</summary>
    private void Choose()
    {
        var hasMore = _ids!.HasMore;
        _ids = null;
        for (var i = 0; i < _reports.Length; i++)
        {
            _at = _at with { After = _reports[i]!.SessionId };
            if (!Fits(_reports[i]!))
                continue;

            _found.Add(_reports[i]!);
            if (_found.Count == limit)
            {
                hasMore |= i + 1 < _reports.Length;
                break;
            }
        }

        _lookedAt += _reports.Length;
        if (!hasMore && _at.IsAway)
        {
            Found(null);
            return;
        }

        if (!hasMore)
            _at = new SessionCursor(IsAway: true, "");

        if (_found.Count == limit || _lookedAt >= InspectionLimits.ScanMax)
            Found(_at);
        else
            Collect();
    }

    private bool Fits(SessionReport session) =>
        session.Exists
        && session.ConnectionId is null == _at.IsAway
        && (User is null || session.User == User)
        && (Channel is not { } channel || session.Subscriptions.Any(subscription => subscription.Channel == channel));

    private void Found(SessionCursor? next)
    {
        _isFound = true;
        _next = next;
        string[] connections = [.. _found.Select(session => session.ConnectionId).OfType<string>()];
        if (connections.Length > 0)
        {
            _edgesMissing = Edges.Count;
            foreach (var edge in Edges)
                edge.Tell(new EdgeQuery.InspectConnections(connections, Channel, WithSubscriptions: Channel is not null, Self));
        }

        if (Channel is { } channel)
        {
            _figures = new ChannelFigures(Services, Edges, [channel]);
            _figures.Begin(Self);
        }
    }

    private void Tell()
    {
        var byId = _connections.ToDictionary(connection => connection.Id, StringComparer.Ordinal);
        var channel = _figures?.Views[0];
        var items = _found.Select(session =>
        {
            var connection = session.ConnectionId is { } id ? byId.GetValueOrDefault(id) : null;
            SubscriptionView[] subscriptions = channel is null ? []
                : [.. session.Subscriptions.Where(subscription => subscription.Channel == channel.Channel).Select(subscription => SessionViews.Of(session, subscription, connection, channel))];
            return SessionViews.Of(session, connection, subscriptions, Services.Options);
        });
        Finish(new InspectionReply.Sessions([.. items], _next) { Of = channel });
    }
}
