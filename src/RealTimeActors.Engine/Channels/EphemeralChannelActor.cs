using RealTimeActors.Actors;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// One ephemeral channel: order and offsets as on a durable one, but nothing is written. Its epoch lasts as long as the actor; the newest events stay in memory for
/// those who come back soon.
/// </summary>
internal sealed class EphemeralChannelActor : Actor<object>
{
    private readonly ChannelName _channel;
    private readonly ChannelServices _services;
    private readonly IActorRef<ShardMessage> _shard;
    private readonly FanoutTargets _targets;
    private readonly DeliveryWatches _watches;
    private readonly ChannelStages _stages;
    private readonly MemoryLog _log;
    private readonly ProducerWindows _producers = new();
    private readonly Herald _herald;

    /// <summary>Where sessions that are away are kept in mind; null where the channel does not keep for them.</summary>
    private readonly IActorRef<FollowersCommand>? _followers;
    private string _epoch = "";

    /// <summary>Published in this run of messages, to go out together at its end.</summary>
    private List<ChannelEvent>? _fresh;
    private List<(ChannelCommand.Publish Publish, ServerFrame.Receipt[] Receipts)>? _answers;
    private long _timeUnixMs;

    internal EphemeralChannelActor(ChannelName channel, ChannelSettings settings, ChannelServices services, IActorRef<ShardMessage> shard)
    {
        _channel = channel;
        _services = services;
        _shard = shard;
        _targets = new FanoutTargets(channel);
        _stages = new ChannelStages(services.Meters);
        _followers = settings.KeepsForOffline ? services.Followers : null;
        _log = new MemoryLog(settings.MemoryEventsMax, settings.MemoryBytesMax);
        _herald = new Herald(services.Directory, channel, isDurable: false);
        _watches = new DeliveryWatches(channel, (offset, within) => Context.StartTimer(("delivered", offset), within, new DeliveryTimeout(offset)));
    }

    private long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    // While somebody follows the actor stays: with it would go the epoch.
    private bool CanStop => _targets.Count == 0 && _fresh is not { Count: > 0 } && _watches.IsEmpty;

    protected override void OnStart()
    {
        // Each activation is another life of the log: the moment is part of the label, because a label always gives the same stream.
        var chance = new byte[5];
        _services.Entropy.Fork($"ephemeral/{_channel}/{Context.Time.GetTimestamp()}").Fill(chance);
        _epoch = $"e{Convert.ToHexStringLower(chance)}";
        Context.SetIdleTimeout(_services.Options.PassivateAfter);
    }

    protected override void OnStop() => _watches.SettleAll();

    protected override void Receive(object message)
    {
        switch (message)
        {
            case ChannelCommand.Publish publish:
                OnPublish(publish);
                break;
            case ChannelCommand.Join join:
                OnJoin(join);
                break;
            case ChannelCommand.Leave leave:
                _targets.Leave(leave.Edge, leave.Format, leave.Number);
                break;
            case ChannelCommand.Rest rest:
                OnRest(rest);
                break;
            case ChannelCommand.Read read:
                OnRead(read);
                break;
            case ChannelCommand.ReadStats stats:
                stats.ReplyTo.Tell(new ChannelReply.Stats(stats.Tag, _epoch, _log.First, _log.Head, IsDurable: false, _targets.Count));
                break;
            case ChannelCommand.Mutate(_, _, var tag, var replyTo):
                RefuseState(tag, replyTo);
                break;
            case ChannelCommand.ReadState(_, _, _, _, _, var tag, var replyTo):
                RefuseState(tag, replyTo);
                break;
            case ChannelCommand.ReadHistory(_, _, _, _, var tag, var replyTo):
                RefuseState(tag, replyTo);
                break;
            case ChannelCommand.ReportAcks report:
                _watches.Report(report);
                break;
            case ChannelCommand.FollowedByPatterns followed:
                _watches.Expect(followed);
                break;
            case ChannelCommand.Follow follow:
                _followers?.Tell(new FollowersCommand.Follow(_channel, follow.SessionId, follow.Session));
                break;
            case ChannelCommand.Unfollow unfollow:
                _followers?.Tell(new FollowersCommand.Unfollow(_channel, unfollow.SessionId));
                break;
            case ChannelCommand.Back back:
                _followers?.Tell(new FollowersCommand.Follow(_channel, back.SessionId, back.Session));
                break;
            case ChannelCommand.Away away:
                OnAway(away);
                break;
            case DeliveryTimeout(var offset):
                _watches.OnTime(offset);
                break;
            case ShardMessage.Leave:
                SendFresh();
                Stop();
                break;
            case ShardMessage.Stop when CanStop:
                Stop();
                break;
            case ShardMessage.Stop:
                _shard.Tell(new ShardMessage.Stay(_channel.Value));
                break;
        }
    }

    protected override void OnSignal(Signal signal)
    {
        // An edge whose node is gone.
        if (signal is Signal.Terminated(var edge))
            _targets.Remove(edge);

        if (signal is Signal.Idle && CanStop)
            _shard.Tell(new ShardMessage.Passivate(_channel.Value));
    }

    protected override void OnRunEnd()
    {
        SendFresh();
        _stages.RunEnded(Context.Time, _log.Head, undecided: 0);
    }

    private void Stop()
    {
        // Whoever follows it joins its successor, and so wakes it.
        if (_targets.Count == 0)
            _herald.Stopped(_epoch);

        Context.Stop(Self);
    }

    private void OnPublish(ChannelCommand.Publish publish)
    {
        _stages.Received(publish.ReceivedAt);
        if (publish.Confirm == Confirm.Delivered && _watches.IsFull)
        {
            _services.Meters.Refused(ErrorCode.Overloaded, publish.Publications.Count);
            publish.ReplyTo.Tell(new ChannelReply.Refused(publish.Tag, ErrorCode.Overloaded, DeliveryWatches.FullOf(_channel)) { After = TimeSpan.FromSeconds(1) });
            return;
        }

        var verdict = PublishJudge.Judge(_channel, _producers, publish.Publications, NowUnixMs);
        if (verdict.Taken is not { } judged)
        {
            _services.Meters.Refused(verdict.Code, publish.Publications.Count);
            publish.ReplyTo.Tell(publish.Confirm == Confirm.None
                ? new ChannelReply.Settled(publish.Tag)
                : new ChannelReply.Refused(publish.Tag, verdict.Code, verdict.Message));
            return;
        }

        publish.Trace?.Mark("decided");
        if (judged[0].Repeats is not null)
            _services.Meters.Published(PublishOutcome.Duplicate, judged.Length);

        var receipts = new ServerFrame.Receipt[judged.Length];
        for (var i = 0; i < receipts.Length; i++)
        {
            receipts[i] = judged[i].Repeats is { } earlier
                ? Accepted(earlier.Offset) with { Duplicate = true }
                : Accepted(Append(publish.Publications[i], judged[i].Digest));
        }

        (_answers ??= []).Add((publish, receipts));
    }

    private long Append(Publication publication, ReadOnlyMemory<byte> digest)
    {
        _timeUnixMs = Math.Max(_timeUnixMs, NowUnixMs);
        var e = publication.ToEvent(_channel, _epoch, _log.Head + 1, _timeUnixMs);
        _log.Add(e);
        (_fresh ??= []).Add(e);
        if (publication.ProducerId is not null)
        {
            _producers.GetOrAdd(PublishJudge.KeyOf(publication), e.Offset, _timeUnixMs)
                .Add(publication.ProducerSequence, new ProducerWindow.Remembered(e.Offset, default, digest), _timeUnixMs);
        }

        return e.Offset;
    }

    private void OnJoin(ChannelCommand.Join join)
    {
        // What came before belongs to the position, not to the live events that follow it.
        SendFresh();
        _targets.Join(join.Edge, join.Format, join.Number);
        if (_services.IsClustered && Context.CanWatch(join.Edge))
            Context.Watch(join.Edge);

        var start = StartPosition.Resolve(join.From, _epoch, _log.First, _log.Head);
        join.Edge.Tell(new ChannelReply.Joined(join.Tag, _channel, start, IsDurable: false, Self) { Tail = join.Format is { } format ? _herald.TailAfter(start, format) : null });
        _herald.Joined(_epoch);
    }

    private void OnRest(ChannelCommand.Rest rest)
    {
        SendFresh();
        var mayRest = rest.Head == _log.Head && !_targets.HasJoinedAfter(rest.Edge, rest.Number);
        if (mayRest)
        {
            _targets.Remove(rest.Edge);
            _herald.Rest(_epoch, isFollowed: true);
        }

        rest.Edge.Tell(new ChannelReply.Rested(rest.Tag, _channel, mayRest));
    }

    private void OnRead(ChannelCommand.Read read)
    {
        // What a page tells was fanned out before it: otherwise it would come again to a subscription that goes live after the page.
        SendFresh();
        var first = _log.First;
        var start = StartPosition.OfRead(read.From, _epoch, first, _log.Head);
        if (start is null || (start < first && !read.StartsAtFirst))
        {
            read.ReplyTo.Tell(new ChannelReply.Refused(
                read.Tag, ErrorCode.PositionGone, $"{_channel} is ephemeral and remembers the offsets {first} to {_log.Head} of epoch {_epoch}; {read.From} is not among them."));
            return;
        }

        var events = _log.From(Math.Max(start.Value, first), read.Limit);
        long? next = events.Count > 0 && events[^1].Offset < _log.Head ? events[^1].Offset + 1 : null;
        read.ReplyTo.Tell(new ChannelReply.EventsRead(read.Tag, _epoch, events, first, _log.Head, next));
    }

    private void RefuseState(object? tag, IActorRef<ChannelReply> replyTo) => replyTo.Tell(new ChannelReply.Refused(
        tag, ErrorCode.NotEnabled, $"{_channel} is ephemeral: it has no log, and so no state. Shared state needs a durable channel."));

    private void OnAway(ChannelCommand.Away away)
    {
        // What the connection had not seen acknowledged goes into the inbox first, so that nothing lies between cursor and inbox.
        SendFresh();
        var missed = away.Epoch == _epoch && away.Prefix < _log.Head ? _log.From(Math.Max(away.Prefix + 1, _log.First), int.MaxValue) : [];
        _followers?.Tell(new FollowersCommand.Away(_channel, away.SessionId, _epoch, missed));
    }

    private void SendFresh()
    {
        if (_answers is null)
            return;

        if (_fresh is { Count: > 0 })
        {
            Watched[] watched =
            [
                .. _answers.Where(answer => answer.Publish.Confirm == Confirm.Delivered && !answer.Receipts[^1].Duplicate)
                    .Select(answer => answer.Publish.WatchedAs(answer.Receipts, _services.Options, NowUnixMs)),
            ];
            ChannelEvent[] events = [.. _fresh];
            _fresh.Clear();
            _services.Meters.Published(PublishOutcome.Accepted, events.Length);
            _targets.Send(Self, _epoch, events, watched, _services.Meters.TakesTime ? Context.Time.GetTimestamp() : 0);
            _followers?.Tell(new FollowersCommand.Distribute(_channel, _epoch, events));
            _herald.Committed(_epoch, events);
            if (watched.Length > 0)
                _services.Directory.Tell(new DirectoryCommand.Watch(new ChannelStanding(_channel, IsDurable: false, _epoch, _log.Head, IsAwake: true), watched));
        }

        foreach (var (publish, receipts) in _answers)
        {
            publish.Trace?.Mark("fanned out");
            Answer(publish, receipts);
        }

        _answers.Clear();
    }

    private void Answer(ChannelCommand.Publish publish, ServerFrame.Receipt[] receipts)
    {
        if (publish.Confirm == Confirm.None)
        {
            publish.ReplyTo.Tell(new ChannelReply.Settled(publish.Tag));
        }
        else if (publish.Confirm == Confirm.Delivered && receipts[^1].Duplicate)
        {
            _watches.Repeat(publish, receipts);
        }
        else if (publish.Confirm == Confirm.Delivered)
        {
            _watches.Begin(publish, receipts, _targets.Edges, _services.Options.DeliveredWait(publish.DeliveredTimeout));
        }
        else
        {
            publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, receipts));
        }
    }

    private ServerFrame.Receipt Accepted(long offset) =>
        new() { Status = ReceiptStatus.Accepted, Channel = _channel.Value, Epoch = _epoch, Offset = offset };

    private sealed record DeliveryTimeout(long Offset);
}
