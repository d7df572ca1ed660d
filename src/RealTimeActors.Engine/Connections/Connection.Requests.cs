using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>What the client asks, frame by frame.</summary>
internal sealed partial class Connection
{
    private const int StayOut = 2_000;
    private const int AckRangesMax = 1_000;
    private const int ReadEventsDefault = 100;
    private const int ReadEventsMax = 1_000;

    /// <summary>Subscriptions that wait for the session to say where it stands.</summary>
    private readonly SortedDictionary<ChannelName, ClientFrame.Subscribe> _asking = [];

    private void OnFrame(ClientFrame frame, ReceivedBatch batch)
    {
        RetireFormerKey();
        switch (frame)
        {
            case ClientFrame.Publish publish:
                OnPublish(publish, batch);
                break;
            case ClientFrame.Ack ack:
                OnAck(ack);
                break;
            case ClientFrame.Credit credit:
                OnCredit(credit);
                break;
            case ClientFrame.Subscribe subscribe:
                OnSubscribe(subscribe);
                break;
            case ClientFrame.Unsubscribe unsubscribe:
                OnUnsubscribe(unsubscribe);
                break;
            case ClientFrame.Read read:
                OnRead(read);
                break;
            case ClientFrame.Ping ping:
                Send(new ServerFrame.Pong { Id = ping.Id });
                break;
            case ClientFrame.TransportPing ping:
                SendTransportPong(ping.Payload.Span);
                break;
            case ClientFrame.Pong:
                break;
            case ClientFrame.Refresh refresh:
                Answer(new ServerFrame.Ok { Id = refresh.Id });
                break;
            case ClientFrame.Bye bye:
                OnBye(bye);
                break;
            case ClientFrame.Malformed malformed:
                Refuse(malformed, malformed.Code, malformed.Message);
                break;
            case ClientFrame.Hello:
                Close(CloseCode.ProtocolError, "hello comes once, first");
                break;
            default:
                Refuse(frame, ErrorCode.NotEnabled, $"{frame.GetType().Name.ToLowerInvariant()} is not enabled on this server.");
                break;
        }
    }

    private void OnPublish(ClientFrame.Publish publish, ReceivedBatch batch)
    {
        if (!TryName(publish, publish.Channel, out var channel))
            return;

        if (channel.IsServerOwned)
        {
            Refuse(publish, ErrorCode.Forbidden, $"Channels that begin with $ belong to the server; {channel} cannot be published to.");
            return;
        }

        batch.Hold();
        var publication = new Publication
        {
            Type = publish.Type,
            Data = publish.Data,
            MessageId = publish.MessageId,
            Key = publish.Key,
            Priority = publish.Priority,
            Source = publish.Source,
            CorrelationId = publish.CorrelationId,
            TtlMs = publish.TtlMs,
            Session = SessionId,
            ProducerId = publish.ProducerId,
            ProducerSequence = publish.ProducerSequence,
        };

        // Without an id there is nobody to answer: the event is as good as with confirm none, and as durable.
        var confirm = publish.Id == 0 ? Confirm.None : publish.Confirm;
        services.Channels.Tell(new ChannelCommand.Publish(channel, [publication], confirm, new PublishTag(this, publish.Id, batch), _edge.Address)
        {
            DeliveredCount = publish.DeliveredCount,
            DeliveredTimeout = TimeSpan.FromMilliseconds(Math.Min(publish.DeliveredTimeoutMs, int.MaxValue)),
        });
    }

    internal void OnPublished(PublishTag tag, ChannelReply reply)
    {
        switch (reply)
        {
            case ChannelReply.Published { Receipts: [var receipt] }:
                Answer(receipt with { Id = tag.FrameId });
                if (receipt.Status != ReceiptStatus.Accepted || receipt.Epoch.Length > 0)
                    tag.Batch.Release();

                break;
            case ChannelReply.Refused refused:
                Answer(new ServerFrame.Error(refused.Code, refused.Message) { Id = tag.FrameId, AfterMs = (long?)refused.After?.TotalMilliseconds });
                tag.Batch.Release();
                break;
            case ChannelReply.Settled:
                tag.Batch.Release();
                break;
        }
    }

    private void OnSubscribe(ClientFrame.Subscribe subscribe)
    {
        if (NotEnabledIn(subscribe) is { } what)
        {
            RefuseSubscribe(subscribe, ErrorCode.NotEnabled, $"{what} is not enabled on this server.");
            return;
        }

        if (!ChannelName.TryParse(subscribe.Channel, out var channel, out var error))
        {
            RefuseSubscribe(subscribe, ErrorCode.BadRequest, error);
            return;
        }

        if (!_subscriptions.ContainsKey(channel) && _subscriptions.Count >= services.Options.SubscriptionsMax)
        {
            RefuseSubscribe(subscribe, ErrorCode.LimitExceeded, $"A connection has at most {services.Options.SubscriptionsMax} subscriptions.");
            return;
        }

        if (subscribe.From is not From.AtSession)
        {
            _asking.Remove(channel);
            Begin(subscribe, channel, null);
        }
        else if (_phase == Phase.Joining)
        {
            Begin(subscribe, channel, _resumable.GetValueOrDefault(channel));
        }
        else
        {
            // The acks of this connection have moved the cursor on since hello: the session knows it.
            _asking[channel] = subscribe;
            services.Sessions.Tell(new SessionCommand.ReadCursor(SessionId, _ref!, channel, subscribe));
        }
    }

    private void OnCursor(ClientFrame.Subscribe subscribe, SessionSubscription? cursor)
    {
        var channel = ChannelName.Parse(subscribe.Channel);
        if (_phase == Phase.Ended)
            return;

        if (_asking.GetValueOrDefault(channel) != subscribe)
        {
            Refuse(subscribe, ErrorCode.Conflict, $"Another request about {channel} came before this subscription was made.");
            return;
        }

        _asking.Remove(channel);
        Begin(subscribe, channel, cursor);
    }

    private void Begin(ClientFrame.Subscribe subscribe, ChannelName channel, SessionSubscription? cursor)
    {
        var isDurable = services.Options.SettingsOf(channel).IsDurable;
        var overflow = subscribe.Overflow ?? (isDurable ? OverflowPolicy.CatchUp : OverflowPolicy.DropOldest);
        var options = new SubscriptionOptions(subscribe.AckMode, subscribe.Order, overflow, subscribe.Priority ?? Priority.Low);
        var request = new Request(subscribe.Id, options);
        var from = subscribe.From;
        if (from is From.AtSession)
        {
            request = request with { Resumed = cursor };
            from = cursor is null ? From.Now : FromOf(cursor);
        }

        Join(channel, request, from);
    }

    /// <summary>The parts of the contract that a later version of this server enables.</summary>
    private static string? NotEnabledIn(ClientFrame.Subscribe subscribe) => subscribe switch
    {
        { Group: not null } => "group",
        { Mode: SubscriptionMode.State } => "mode state",
        { Shape: not null } => "shape",
        { Fields: not null } => "fields",
        { Overflow: OverflowPolicy.Conflate or OverflowPolicy.Disconnect } => "this overflow policy",
        _ when ChannelPattern.IsPattern(subscribe.Channel) => "a subscription to a pattern",
        _ => null,
    };

    private static From FromOf(SessionSubscription subscription) =>
        subscription.Options.AckMode == AckMode.None ? From.Now : new From.Position(subscription.Epoch, subscription.Prefix);

    private void Join(ChannelName channel, Request request, From from)
    {
        if (_subscriptions.Remove(channel, out var former))
            Leave(former);

        var subscription = new Subscription(this, _edge.ChannelOf(channel), request.Options!);
        _subscriptions.Add(channel, subscription);
        if (_phase == Phase.Joining)
            _joining++;

        _edge.Join(subscription, request with { Subscription = subscription }, from);
    }

    /// <summary>What came while the session was away is sent first, out of its inbox; then the subscription joins the channel from there.</summary>
    private void BeginInbox(SessionSubscription resumed)
    {
        var subscription = new Subscription(this, _edge.ChannelOf(resumed.Channel), resumed.Options);
        _subscriptions.Add(resumed.Channel, subscription);

        // In the channel's list, so that the edge does not let go of the channel while the inbox is read.
        subscription.Channel.Add(subscription);
        _begun.Add(subscription.BeginInbox(resumed));
    }

    private void LeaveInbox(Subscription subscription)
    {
        if (subscription.NextInbox() is { } next)
        {
            Send(next);
            MarkReady(subscription);
            return;
        }

        subscription.Channel.Remove(subscription);
        _edge.Join(subscription, new Request(0, subscription.Options) { Subscription = subscription, IsRejoin = true }, subscription.Resume());
    }

    /// <summary>The channel has answered: the subscription has a position, which the session is to remember before the client is told.</summary>
    internal void OnJoined(Request request, ChannelReply.Joined joined)
    {
        var subscription = request.Subscription!;
        if (_subscriptions.GetValueOrDefault(joined.Channel) != subscription)
        {
            // Replaced or given up meanwhile.
            if (_phase == Phase.Joining)
                Joined();
            else
                Answer(new ServerFrame.Error(ErrorCode.Conflict, $"A later frame subscribed to {joined.Channel} anew, or unsubscribed.") { Id = request.Id });

            return;
        }

        subscription.Begin(joined.Start, joined.IsDurable, request.IsRejoin ? subscription.Accounted.Ahead : request.Resumed?.Ahead ?? []);
        subscription.Channel.Add(subscription);
        request.Start = joined.Start;
        var isWhereItWas = request.Resumed?.Options == subscription.Options && joined.Start.Recovered == Recovered.Full;
        if (isWhereItWas || (request.IsRejoin && joined.Start.Recovered == Recovered.Full))
        {
            OnStored(request);
            return;
        }

        // The cursor stands before a gap until the client has acked it: should the answer be lost, the next one tells of the gap again.
        var prefix = joined.Start.Missing is { } missing ? missing.From - 1 : joined.Start.Offset;
        var cursor = new SessionSubscription(joined.Channel, subscription.Options, joined.IsDurable, joined.Start.Epoch, prefix, joined.Start.Recovered == Recovered.Full ? request.Resumed?.Ahead ?? [] : []);
        services.Sessions.Tell(new SessionCommand.Subscribe(SessionId, _ref!, cursor, request));
    }

    private void OnStored(Request request)
    {
        if (request.Subscription is not { } subscription)
        {
            Answer(new ServerFrame.Ok { Id = request.Id });
            return;
        }

        var isCurrent = _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription;
        var start = request.Start!;
        var subscribed = new ServerFrame.Subscribed
        {
            Id = request.Id,
            Channel = subscription.Channel.Name.Value,
            Epoch = start.Epoch,
            Offset = start.Offset,
            Head = start.Head,
            Recovered = start.Recovered,
            Missing = start.Missing,
            Reason = start.Missing is null ? null : "retention",
        };

        if (_phase == Phase.Joining)
        {
            if (isCurrent)
                _begun.Add(subscribed);

            Joined();
            return;
        }

        // A living subscription that goes on where it was has nothing to be told.
        if (!request.IsRejoin || start.Recovered != Recovered.Full)
            Send(subscribed);

        if (isCurrent)
            Start(subscription);
    }

    private void OnNotStored(Request request, string message)
    {
        if (request.Subscription is { } subscription && _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription)
        {
            _subscriptions.Remove(subscription.Channel.Name);
            Leave(subscription);
        }

        if (_phase == Phase.Joining)
            Joined();
        else if (request.Id > 0)
            Send(new ServerFrame.Error(ErrorCode.Overloaded, $"The session could not be written: {message}") { Id = request.Id, AfterMs = 1_000 });
    }

    private void Start(Subscription subscription)
    {
        // What the client had done ahead of its prefix is not sent again; a client that forgot it must not wait for it either. One that was told of it on this
        // connection, before the channel's actor was replaced, is not told again.
        if (!subscription.IsStarted)
        {
            foreach (var range in subscription.DoneBefore)
                Send(new ServerFrame.Skip(subscription.Channel.Name.Value, range.From, range.To));
        }

        subscription.IsStarted = true;
        MarkReady(subscription);
    }

    /// <summary>Nothing more is sent for it, whatever waits already.</summary>
    private void Leave(Subscription subscription)
    {
        subscription.Channel.Remove(subscription);
        subscription.IsStarted = false;
        if (subscription.IsReady)
            _ready.Remove(subscription);
    }

    private void OnUnsubscribe(ClientFrame.Unsubscribe unsubscribe)
    {
        if (!TryName(unsubscribe, unsubscribe.Channel, out var channel))
            return;

        _asking.Remove(channel);
        if (_subscriptions.Remove(channel, out var subscription))
            Leave(subscription);

        services.Sessions.Tell(new SessionCommand.Unsubscribe(SessionId, _ref!, channel, new Request(unsubscribe.Id, null)));
    }

    private void OnAck(ClientFrame.Ack ack)
    {
        if (!ChannelName.TryParse(ack.Channel, out var channel, out _) || !_subscriptions.TryGetValue(channel, out var subscription) || !subscription.IsStarted)
            return;

        // Never past the head: what does not exist yet cannot have been dealt with.
        var head = subscription.Head;
        var prefix = Math.Min(ack.Offset, head);
        OffsetRange[] ahead = [.. ack.Ranges.Where(range => range.From <= range.To && range.To <= head).Take(AckRangesMax)];
        if (subscription.Options.AckMode != AckMode.None)
            services.Sessions.Tell(new SessionCommand.Acknowledge(SessionId, _ref!, channel, subscription.Epoch, prefix, ahead));

        foreach (var watch in subscription.Channel.Acked(SessionId, prefix, ahead))
            _edge.Report(subscription.Channel, watch);

        if (subscription.IsInboxDone(prefix))
            LeaveInbox(subscription);
    }

    private void OnCredit(ClientFrame.Credit credit)
    {
        _credit = Math.Min(Limits.IntegerMax, (_credit ?? 0) + credit.Events);
        foreach (var subscription in _subscriptions.Values)
            MarkReady(subscription);
    }

    private void OnRead(ClientFrame.Read read)
    {
        if (!TryName(read, read.Channel, out var channel))
            return;

        var tag = new ReadTag(this, read.Id, channel, read.What);
        switch (read.What)
        {
            case "events":
                var limit = read.Limit <= 0 ? ReadEventsDefault : (int)Math.Min(read.Limit, ReadEventsMax);
                services.Channels.Tell(new ChannelCommand.Read(channel, read.From ?? From.Earliest, limit, tag, _edge.Address));
                break;
            case "stats":
                services.Channels.Tell(new ChannelCommand.ReadStats(channel, tag, _edge.Address));
                break;
            case "state" or "presence":
                Refuse(read, ErrorCode.NotEnabled, $"Reading {read.What} is not enabled on this server.");
                break;
            default:
                Refuse(read, ErrorCode.BadRequest, $"What to read is events, state, presence or stats; {read.What} is none of these.");
                break;
        }
    }

    internal void OnReadAnswered(ReadTag tag, ChannelReply reply)
    {
        switch (reply)
        {
            case ChannelReply.EventsRead page:
                SendPage(tag, page);
                break;
            case ChannelReply.Stats stats:
                Answer(new ServerFrame.Page { Id = tag.FrameId, Channel = tag.Channel.Value, What = tag.What, Epoch = stats.Epoch, Entries = EntriesOf(stats) });
                break;
            case ChannelReply.Refused refused:
                Answer(new ServerFrame.Error(refused.Code, refused.Message) { Id = tag.FrameId, AfterMs = (long?)refused.After?.TotalMilliseconds });
                break;
        }
    }

    private void OnBye(ClientFrame.Bye bye)
    {
        if (!bye.KeepSession)
            services.Sessions.Tell(new SessionCommand.End(SessionId, _ref!));

        // The answer to bye is the close frame, with bye's id.
        _byeId = bye.Id;
        Close(CloseCode.Bye, "bye");
    }

    private void RetireFormerKey()
    {
        if (_isFormerKeyRetired)
            return;

        _isFormerKeyRetired = true;
        if (_isResumed)
            services.Sessions.Tell(new SessionCommand.RetireFormerKey(SessionId, _ref!));
    }

    private bool TryName(ClientFrame frame, string text, out ChannelName channel)
    {
        if (ChannelName.TryParse(text, out channel, out var error))
            return true;

        Refuse(frame, ErrorCode.BadRequest, error);
        return false;
    }

    private void RefuseSubscribe(ClientFrame.Subscribe subscribe, ErrorCode code, string message)
    {
        // A subscription of the hello has no answer of its own: it is taken back after the welcome.
        if (_phase == Phase.Joining)
            _refused.Add(new ServerFrame.Unsubscribed(subscribe.Channel, StayOut, message));
        else
            Refuse(subscribe, code, message);
    }

    private void Refuse(ClientFrame frame, ErrorCode code, string message)
    {
        if (frame.Id > 0)
            Send(new ServerFrame.Error(code, message) { Id = frame.Id });
    }

    private void Answer(ServerFrame frame)
    {
        if (frame.Id > 0 && _phase != Phase.Ended)
            Send(frame);
    }

    /// <summary>Figures as entries, so that they fit the schema of a page in both encodings.</summary>
    private static Entry[] EntriesOf(ChannelReply.Stats stats) =>
    [
        Figure("durable", stats.IsDurable ? "true" : "false"),
        Figure("edges", $"{stats.Edges}"),
        Figure("first", $"{stats.First}"),
        Figure("head", $"{stats.Head}"),
    ];

    private static Entry Figure(string key, string json) => new(key, 0, System.Text.Encoding.UTF8.GetBytes(json));
}
