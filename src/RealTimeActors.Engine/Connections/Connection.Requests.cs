using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>What the client asks, frame by frame.</summary>
internal sealed partial class Connection
{
    private const int AckRangesMax = 1_000;
    private const int ReadsMax = 64;
    private const int ReadEventsDefault = 100;
    private const int ReadEventsMax = 1_000;

    /// <summary>Subscriptions that wait for the session to say where it stands.</summary>
    private readonly ChannelTable<ClientFrame.Subscribe> _asking = new();

    private int _reads;

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
            case ClientFrame.Nack nack:
                OnNack(nack);
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
            case ClientFrame.Mutate mutate:
                OnMutate(mutate, batch);
                break;
            case ClientFrame.Read read:
                OnRead(read);
                break;
            case ClientFrame.Presence presence:
                OnPresence(presence, batch);
                break;
            case ClientFrame.Ping ping:
                Send(new ServerFrame.Pong { Id = ping.Id });
                break;
            case ClientFrame.TransportPing ping:
                SendTransportPong(ping.Payload.Span);
                break;
            case ClientFrame.Pong:
                _pongs++;
                break;
            case ClientFrame.Refresh refresh:
                OnRefresh(refresh);
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

        if (ServerTypes.FaultOf(publish.Type) is { } fault)
        {
            Refuse(publish, ErrorCode.BadRequest, fault);
            return;
        }

        if (ServerTypes.FaultOfProducer(publish.ProducerId) is { } owned)
        {
            Refuse(publish, ErrorCode.BadRequest, owned);
            return;
        }

        // Without an id there is nobody to answer: the event is as good as with confirm none, and as durable.
        var confirm = publish.Id == 0 ? Confirm.None : publish.Confirm;
        if (DeliveredTime.FaultOf(confirm, publish.DeliveredTimeoutMs) is { } tooLong)
        {
            Refuse(publish, ErrorCode.BadRequest, tooLong);
            return;
        }

        if (!Allows(publish, channel, Rights.Publish))
            return;

        batch.Hold();
        var trace = services.Traces?.Begin("publish", publish.Channel);
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
            User = _identity!.User,
            ProducerId = publish.ProducerId,
            ProducerSequence = publish.ProducerSequence,
        };

        services.Channels.Tell(new ChannelCommand.Publish(channel, [publication], confirm, new PublishTag(this, publish.Id, batch, trace), _edge.Address)
        {
            DeliveredCount = publish.DeliveredCount,
            DeliveredTimeout = TimeSpan.FromMilliseconds(Math.Min(publish.DeliveredTimeoutMs, int.MaxValue)),
            DeliveredMissing = publish.DeliveredMissing,
            ReceivedAt = batch.ReceivedAt,
            Trace = trace,
        });
    }

    internal void OnPublished(PublishTag tag, ChannelReply reply)
    {
        if (tag.FrameId > 0 && reply is not ChannelReply.Settled)
            _edge.Stages.Answering(tag.Batch.ReceivedAt);

        tag.Trace?.End(reply is ChannelReply.Refused { Code: var code } ? ErrorCodes.NameOf(code) : null);
        switch (reply)
        {
            case ChannelReply.Refused or ChannelReply.Published when tag.IsAccepted:
                tag.Batch.Release();
                break;
            case ChannelReply.Published { Receipts: [var receipt] }:
                Answer(receipt with { Id = tag.FrameId });
                if (receipt.Status != ReceiptStatus.Accepted || receipt.Epoch.Length > 0)
                    tag.Batch.Release();
                else
                    tag.IsAccepted = true;

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

    private void OnAck(ClientFrame.Ack ack)
    {
        if (!ChannelName.TryParse(ack.Channel, out var channel, out _))
            return;

        if (!_subscriptions.TryGetValue(channel, out var subscription))
        {
            OnAckOfSleeper(channel, ack);
            return;
        }

        if (!subscription.IsStarted || subscription.HasUntoldReset || _pongs < subscription.KnownAfterPongs)
            return;

        _edge.Figures.Acks++;

        // Never past the head: what does not exist yet cannot have been dealt with.
        var head = subscription.AckableHead;
        var (prefix, ahead) = subscription.Meant(Math.Min(ack.Offset, head), [.. ack.Ranges.Where(range => range.From <= range.To && range.To <= head).Take(AckRangesMax)]);

        // What was said before costs nothing but the look at it: everybody on this edge would pay for the rest.
        if (!subscription.OnAcked(prefix) && ahead.Count == 0)
            return;

        var counted = _edge.Acked(subscription.Channel, SessionId, subscription.Epoch, prefix, ahead);
        if (subscription.Options.AckMode != AckMode.None)
            services.Sessions.Tell(new SessionCommand.Acknowledge(SessionId, _ref!, channel, subscription.Epoch, prefix, ahead) { Counted = counted, StateAt = subscription.StateAt });

        if (subscription.IsInboxDone(prefix))
            LeaveInbox(subscription);
    }

    private void OnCredit(ClientFrame.Credit credit)
    {
        var isWaitedFor = _credit == 0;
        _credit = Math.Min(Limits.IntegerMax, (_credit ?? 0) + credit.Events);
        if (!isWaitedFor)
            return;

        foreach (var subscription in _subscriptions.Values)
            MarkReady(subscription);
    }

    private void OnRead(ClientFrame.Read read)
    {
        if (!TryName(read, read.Channel, out var channel))
            return;

        var needed = NeededFor(read);
        if (!AllowsOneOf(read, channel, needed))
            return;

        if (_reads >= ReadsMax)
        {
            Refuse(read, ErrorCode.Overloaded, $"{ReadsMax} reads of this connection are under way already.");
            return;
        }

        var tag = new ReadTag(this, read.Id, channel, read.What, needed);
        switch (read.What)
        {
            case "events":
                _reads++;
                var limit = read.Limit <= 0 ? ReadEventsDefault : (int)Math.Min(read.Limit, ReadEventsMax);
                services.Channels.Tell(new ChannelCommand.Read(channel, read.From ?? From.Earliest, limit, tag, _edge.Address));
                break;
            case "stats":
                _reads++;
                services.Channels.Tell(new ChannelCommand.ReadStats(channel, tag, _edge.Address));
                break;
            case "state":
                OnReadState(read, tag);
                break;
            case "history":
                OnReadHistory(read, tag);
                break;
            case "presence":
                OnReadPresence(read, tag);
                break;
            default:
                Refuse(read, ErrorCode.BadRequest, $"What to read is events, state, history, presence or stats; {read.What} is none of these.");
                break;
        }
    }

    internal void OnReadAnswered(ReadTag tag, ChannelReply reply)
    {
        _reads--;
        switch (reply)
        {
            case not ChannelReply.Refused when (RightsOf(tag.Channel) & tag.Needs) == 0:
                // The token was replaced while the page was read.
                Answer(new ServerFrame.Error(ErrorCode.Forbidden, Missing(tag.Needs, tag.Channel)) { Id = tag.FrameId });
                break;
            case ChannelReply.StateRead state:
                SendState(tag, state);
                break;
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
        // The answer to bye is the close frame, with bye's id.
        _byeId = bye.Id;
        if (!bye.KeepSession)
        {
            services.Sessions.Tell(new SessionCommand.End(SessionId, _ref!));
            Close(CloseCode.Bye, "bye");
            return;
        }

        // What was acked before it is on disk when it is answered: whoever waits for that may go on elsewhere, whatever happens here.
        _phase = Phase.Leaving;
        _beganUnixMs = NowUnixMs;
        LeavePatterns();
        LeaveAll();
        EndPresences(isLeaving: true);
        services.Sessions.Tell(new SessionCommand.Detach(SessionId, _ref!));
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
        Figure("entries", $"{stats.Entries}"),
        Figure("first", $"{stats.First}"),
        Figure("head", $"{stats.Head}"),
    ];

    private static Entry Figure(string key, string json) => new(key, 0, System.Text.Encoding.UTF8.GetBytes(json));
}
