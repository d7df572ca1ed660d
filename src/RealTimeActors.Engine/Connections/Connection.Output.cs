using System.Buffers;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Connections;

/// <summary>What goes out: answers first, then events, highest lane first, all that waits in one write.</summary>
internal sealed partial class Connection
{
    /// <summary>Subscriptions that read pages of the log at one time; the others wait for their turn.</summary>
    private const int PagesMax = 4;

    private readonly List<Subscription> _ready = [];

    /// <summary>Answers that wait for the next write. Rented from the edge while there are some.</summary>
    private ArrayBufferWriter<byte>? _outbox;
    private int _outboxSent;

    /// <summary>What the transport did not take of the last write.</summary>
    private byte[]? _rest;
    private int _restSent;
    private bool _isBlocked;
    private bool _tellsSkips;
    private bool _isPinged;
    private int _pages;
    private int _consumedLater;
    private long _byeId;

    /// <summary>Whether the edge has it on its list of connections to flush.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>Bytes that wait for this connection: what the simulation's checker of bounds looks at.</summary>
    internal long QueuedBytes => (_rest?.Length - _restSent ?? 0) + (_outbox?.WrittenCount - _outboxSent ?? 0);

    internal bool Has(PlantedBug bug) => services.Options.Bug == bug;

    /// <summary>What happens here is counted here: by the edge, for all its connections together.</summary>
    internal EdgeFigures Figures => _edge.Figures;

    /// <summary>What is added up once a second.</summary>
    internal void AddTo(EdgeSums sums)
    {
        sums.Add(_phase == Phase.Open, QueuedBytes);
        foreach (var subscription in _subscriptions.Values)
            sums.Add(subscription);
    }

    /// <summary>Something may be there to be sent for this subscription.</summary>
    internal void MarkReady(Subscription subscription)
    {
        if (!subscription.IsStarted || _phase == Phase.Ended)
            return;

        if (!subscription.IsReady)
        {
            subscription.IsReady = true;
            _ready.Add(subscription);
        }

        if (!_isBlocked)
            _edge.MarkDirty(this);
    }

    /// <summary>Puts a frame into the outbox; it leaves with the next write.</summary>
    internal void Send(ServerFrame frame)
    {
        if (_phase == Phase.Ended)
            return;

        if (frame is ServerFrame.Close && _byeId > 0)
            frame = frame with { Id = _byeId };
        else if (frame is ServerFrame.Error error)
            services.Meters.Error(transport.Name, error.Code);

        if (transport.TakesAnswers && (frame.Id > 0 || frame is ServerFrame.Welcome or ServerFrame.Close))
        {
            transport.Answer(frame);
            if (frame is not ServerFrame.Subscribed)
                return;

            frame = frame with { Id = 0 };
        }

        _outbox ??= _edge.RentOutbox();
        ServerMessages.Write(Format, frame, _outbox);
        AfterSend();
    }

    /// <summary>Sends what there is. Called at the end of the edge's run, once for everything that came together.</summary>
    internal void Flush(Outgoing to)
    {
        while (!_isBlocked && _phase != Phase.Ended)
        {
            to.Begin(Format, Has(PlantedBug.CreditIgnored) ? null : _credit, _tellsSkips);
            var isEmpty = FillOutbox(to) && (_phase != Phase.Open || FillEvents(to));
            _edge.Figures.EventsDelivered += to.EventsWritten;
            if (_credit is not null)
                _credit -= to.EventsWritten;

            if (Has(PlantedBug.CursorBeforeAck))
                AckWhatWasSent();

            if (to.Written.Length > 0)
                Write(to.Written);

            if (isEmpty || to.Written.Length == 0)
                break;
        }

        if (_isBlocked || _phase != Phase.Open)
            return;

        _tellsSkips = false;
        ForgetDrained();
    }

    internal void OnWritable()
    {
        if (_phase == Phase.Ended)
            return;

        _isBlocked = false;
        if (_rest is { } rest)
        {
            var sent = transport.Send(rest.AsSpan(_restSent));
            _restSent += sent;
            _edge.Figures.BytesSent += sent;
            _isBlocked = _restSent < rest.Length;
            if (_isBlocked)
                return;

            _rest = null;
        }

        _edge.MarkDirty(this);
    }

    /// <summary>Received bytes are dealt with: the window opens, unless the client does not take the answers.</summary>
    internal void Consumed(int bytes)
    {
        if (_outbox is { } outbox && outbox.WrittenCount - _outboxSent > services.Options.OutboxBytesMax)
            _consumedLater += bytes;
        else
            transport.Consumed(bytes);
    }

    internal void OnPage(Subscription subscription, ChannelReply reply)
    {
        _pages--;
        if (reply is ChannelReply.EventsRead page)
            subscription.OnPage(page);
        else
            subscription.OnPageFailed();

        MarkReady(subscription);
        foreach (var waiting in _subscriptions.Values)
        {
            if (waiting.NeedsPage)
                MarkReady(waiting);
        }
    }

    private void AfterSend()
    {
        if (_outbox!.WrittenCount - _outboxSent > 4L * services.Options.OutboxBytesMax && _isBlocked)
        {
            // It does not even read answers; there is nothing left to say that it would hear.
            ClosedWith = CloseCode.TooSlow;
            transport.Close(ClosedWith, "answers are not read");
            OnClosed();
            return;
        }

        if (!_isBlocked)
            _edge.MarkDirty(this);
    }

    private bool FillOutbox(Outgoing to)
    {
        if (_outbox is not { } outbox)
            return true;

        _outboxSent += to.WriteSome(outbox.WrittenSpan[_outboxSent..]);
        if (_outboxSent < outbox.WrittenCount)
            return false;

        _outbox = null;
        _outboxSent = 0;
        _edge.ReturnOutbox(outbox);
        if (_consumedLater > 0)
        {
            transport.Consumed(_consumedLater);
            _consumedLater = 0;
        }

        return true;
    }

    private bool FillEvents(Outgoing to)
    {
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            for (var i = 0; i < _ready.Count; i++)
            {
                if (!_ready[i].Fill(lane, to))
                    return false;
            }
        }

        foreach (var subscription in _ready)
            AskForPage(subscription);

        return true;
    }

    private void AskForPage(Subscription subscription)
    {
        if (!subscription.NeedsPage || _pages >= PagesMax || _credit == 0)
            return;

        _pages++;
        var limit = (int)Math.Min(services.Options.CatchUpEventsMax, Math.Max(1, _credit ?? int.MaxValue));
        _edge.ReadLog(subscription, subscription.BeginReading(), limit);
    }

    /// <summary>Only for <see cref="PlantedBug.CursorBeforeAck"/>.</summary>
    private void AckWhatWasSent()
    {
        foreach (var (channel, subscription) in _subscriptions)
            services.Sessions.Tell(new Sessions.SessionCommand.Acknowledge(SessionId, _ref!, channel, subscription.Epoch, subscription.Accounted.Prefix, []));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var sent = transport.Send(bytes);
        _edge.Figures.Writes++;
        _edge.Figures.BytesSent += sent;
        if (sent == bytes.Length)
            return;

        _rest = bytes[sent..].ToArray();
        _restSent = 0;
        _isBlocked = true;
    }

    private void ForgetDrained()
    {
        // What is left waits for credit, for a page of the log, or for the next event: each of these marks it ready again.
        foreach (var subscription in _ready)
            subscription.IsReady = false;

        _ready.Clear();
    }

    private void TellSkipsNow()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            if (subscription.IsPausing)
            {
                subscription.IsPausing = false;
                MarkReady(subscription);
            }

            if (!subscription.HasSkips)
                continue;

            _tellsSkips = true;
            MarkReady(subscription);
        }
    }

    private void SendTransportPong(ReadOnlySpan<byte> payload)
    {
        _outbox ??= _edge.RentOutbox();
        var length = WebSocketHeader.Write(_outbox.GetSpan(WebSocketHeader.ServerBytesMax), WebSocketOpcode.Pong, payload.Length);
        _outbox.Advance(length);
        _outbox.Write(payload);
        AfterSend();
    }

    /// <summary>A page may hold more than one frame does: it is cut where the limit is, and the client reads on from there.</summary>
    private void SendPage(ReadTag tag, ChannelReply.EventsRead page)
    {
        if (tag.FrameId == 0 || _phase == Phase.Ended)
            return;

        var bytes = 0L;
        var count = 0;
        while (count < page.Events.Count && (count == 0 || bytes + Size(page.Events[count]) <= services.Options.FrameBytesMax))
            bytes += Size(page.Events[count++]);

        var isCut = count < page.Events.Count;
        Send(new ServerFrame.Page
        {
            Id = tag.FrameId,
            Channel = tag.Channel.Value,
            What = tag.What,
            Epoch = page.Epoch,
            Events = isCut ? [.. page.Events.Take(count)] : page.Events,

            // As a position: the events after it follow, so that it can be given back as "from".
            Next = isCut ? page.Events[count - 1].Offset : page.Next - 1,
        });
    }

    private static long Size(ChannelEvent e) => 512 + (2L * e.Data.Length);
}
