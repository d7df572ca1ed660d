using System.Buffers;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Framing;

namespace RealTimeActors.Engine.Connections;

/// <summary>What goes out: answers first, then who is there, then events (<c>Events</c>), all that waits in one write.</summary>
internal sealed partial class Connection
{
    /// <summary>One write, larger only for one event that is: what the transport does not take of it is what even the most urgent event waits behind.</summary>
    private const int WriteBytes = 65_536;

    /// <summary>The same while the transport takes less than there is, and for clients to whom it matters enough that they take long events in pieces.</summary>
    private const int StepBytes = 16_384;

    /// <summary>Answers that wait for the next write. Rented from the edge while there are some.</summary>
    private ArrayBufferWriter<byte>? _outbox;
    private int _outboxSent;

    /// <summary>What the transport did not take of the last write.</summary>
    private byte[]? _rest;
    private int _restSent;
    private long _pings;
    private long _pongs;
    private bool _isBlocked;

    /// <summary>The transport was full, and not everything that waited then is written yet.</summary>
    private bool _isSlow;
    private bool _isPinged;
    private int _consumedLater;
    private long _byeId;

    /// <summary>Whether the edge has it on its list of connections to flush.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>Bytes that wait for this connection: what the simulation's checker of bounds looks at.</summary>
    internal long QueuedBytes => (_rest?.Length - _restSent ?? 0) + (_outbox?.WrittenCount - _outboxSent ?? 0);

    internal PlantedBug Bug => services.Options.Bug;

    /// <summary>Events that the stages of one subscription hold at most.</summary>
    internal int HeldEventsMax => services.Options.HeldEventsMax;

    internal bool Has(PlantedBug bug) => Bug == bug;

    /// <summary>What happens here is counted here: by the edge, for all its connections together.</summary>
    internal EdgeFigures Figures => _edge.Figures;

    /// <summary>What is added up once a second.</summary>
    internal void AddTo(EdgeSums sums)
    {
        sums.Add(_phase == Phase.Open, QueuedBytes);
        sums.Add(transport.Name, 1);
        foreach (var subscription in _subscriptions.Values)
            sums.Add(subscription);

        if (_patterns is { } patterns)
            sums.AddPatterns(patterns.Count, patterns.Sleeping);
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
            if (frame is not ServerFrame.Subscribed || Has(PlantedBug.SubscribedNotRepeated))
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
        var waitsForPieces = false;
        while (!_isBlocked && _phase != Phase.Ended)
        {
            to.Begin(Format, Has(PlantedBug.CreditIgnored) ? null : _credit, _tellsSkips, _isSlow || _pieceWriter is not null ? StepBytes : WriteBytes, _pieceWriter);
            var isEmpty = FillOutbox(to) && (_phase != Phase.Open || (FillPresence(to) && FillEvents(to)));
            _edge.Figures.EventsDelivered += to.EventsWritten;
            if (_credit is not null)
                _credit -= to.CreditUsed;

            if (Has(PlantedBug.CursorBeforeAck))
                AckWhatWasSent();

            if (to.Written.Length > 0)
                Write(to.Written);

            if (isEmpty || to.Written.Length == 0)
            {
                _isSlow &= _isBlocked;
                waitsForPieces = !isEmpty && _credit != 0 && _pieceWriter?.IsBusy == true;
                break;
            }
        }

        if (_tooSlowFor is not null && !_isEnding && ClosedWith == 0)
            CloseAsTooSlow();

        if (_isBlocked || _phase != Phase.Open)
            return;

        _tellsSkips = false;
        ForgetDrained(waitsForPieces);
        GoOn();
    }

    /// <summary>Asks for a sign of life. Says how many the client will have given with its answer.</summary>
    private long SendPing()
    {
        Send(new ServerFrame.Ping());
        return ++_pings;
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
        GoOn();
    }

    /// <summary>Received bytes are dealt with: the window opens, unless the client does not take the answers.</summary>
    internal void Consumed(int bytes)
    {
        if (_outbox is { } outbox && outbox.WrittenCount - _outboxSent > services.Options.OutboxBytesMax)
            _consumedLater += bytes;
        else
            transport.Consumed(bytes);
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
        _isSlow = true;
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
