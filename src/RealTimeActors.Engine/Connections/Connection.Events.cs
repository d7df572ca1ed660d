using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Connections;

/// <summary>The events that go out: the most urgent lane first, the subscriptions in turn, and from the log what the rings do not hold any more.</summary>
internal sealed partial class Connection
{
    /// <summary>Subscriptions that read pages of the log at one time; the others wait for their turn.</summary>
    private const int PagesMax = 4;

    /// <summary>From so many on that are ready it is remembered which lanes were empty in all of them.</summary>
    private const int ManyReady = 64;

    private const int AllLanes = (1 << Streams.Lanes.Count) - 1;

    private readonly List<Subscription> _ready = [];

    /// <summary>Sees to it that urgent lanes do not starve the others. Only while more waits than is written at one time.</summary>
    private LaneShare? _share;

    /// <summary>The place in the list of those that are ready where the next round begins: behind the one at which the last write was full.</summary>
    private int _firstInTurn;
    private bool _tellsSkips;

    /// <summary>Lanes that were empty in all that are ready, since anything last became ready: with 100,000 of them the urgent lanes are not gone through again for each write.</summary>
    private int _emptyLanes;
    private bool _hasPassedOver;

    /// <summary>Null: the client takes frames only whole.</summary>
    private PieceWriter? _pieceWriter;
    private int _pages;
    private ChannelName? _tooSlowFor;
    private bool _isEnding;

    /// <summary>Something may be there to be sent for this subscription.</summary>
    internal void MarkReady(Subscription subscription)
    {
        if (!subscription.IsStarted || _phase == Phase.Ended)
            return;

        _emptyLanes = 0;
        if (!subscription.IsReady)
        {
            subscription.IsReady = true;
            _ready.Add(subscription);
        }

        if (!_isBlocked)
            _edge.MarkDirty(this);
    }

    /// <summary>This subscription asked for the end of the connection should it fall behind, and it did. The connection ends when what it is doing is done.</summary>
    internal void EndAsTooSlow(ChannelName channel) => _tooSlowFor ??= channel;

    internal void OnPage(PageTag tag, ChannelReply reply)
    {
        var subscription = tag.Subscription;
        if (!subscription.IsReading(tag))
            return;

        subscription.EndReading();
        _pages--;
        if (reply is ChannelReply.EventsRead page)
            subscription.OnPage(page);
        else
            subscription.OnPageFailed();

        MarkReady(subscription);
        if (_isBlocked && subscription.IsStarted && subscription.PullWhileBlocked())
            AskForPage(subscription);

        AskForWaiting();
    }

    /// <summary>The channel's actor has ended: what it was asked for by this subscription is not waited for.</summary>
    internal void OnReplaced(Subscription subscription)
    {
        EndReading(subscription);
        foreach (var redelivery in _redeliveries ?? [])
        {
            if (redelivery.Channel == subscription.Channel.Name)
                redelivery.IsReading = false;
        }
    }

    private void EndReading(Subscription subscription)
    {
        if (!subscription.EndReading())
            return;

        _pages--;
        AskForWaiting();
    }

    /// <summary>A page less is under way: whoever waits for his turn has it.</summary>
    private void AskForWaiting()
    {
        foreach (var waiting in _subscriptions.Values)
        {
            if (!waiting.NeedsPage)
                continue;

            MarkReady(waiting);
            if (_isBlocked && waiting.ReadsOnWhileBlocked)
                AskForPage(waiting);
        }
    }

    /// <summary>Reads the next page of the log for a subscription that needs one, if not too many are read already.</summary>
    internal void AskForPage(Subscription subscription)
    {
        // Without credit a page could not be written; but of the newest of each key it is worth knowing which they are, and what has begun in pieces has cost its credit.
        if (!subscription.NeedsPage || _pages >= PagesMax || (_credit == 0 && !subscription.IsConflating && !IsInPieces(subscription)))
            return;

        _pages++;
        var limit = (int)Math.Min(services.Options.CatchUpEventsMax, _credit is null or 0 || subscription.IsConflating ? int.MaxValue : _credit.Value);
        _edge.ReadLog(subscription.BeginReading(out var from), from, limit);
    }

    private bool FillEvents(Outgoing to)
    {
        if (_isEnding)
            return true;

        if (_pieceWriter?.TryGiveUpStale(to) == false || !FillRedeliveries(to))
            return false;

        var isEmpty = FillAll(to);
        if (isEmpty && _hasPassedOver)
        {
            // Before it is said that nothing waits, everything is looked at.
            _emptyLanes = 0;
            isEmpty = FillAll(to);
        }

        if (isEmpty)
            _share = null;
        else
            _share ??= new LaneShare();

        foreach (var subscription in _ready)
        {
            // Others may wait for the end of an event that has begun in pieces, and has left the rings since.
            if (isEmpty || subscription.IsConflating || IsInPieces(subscription))
                AskForPage(subscription);
        }

        return isEmpty;
    }

    private bool IsInPieces(Subscription subscription) => _pieceWriter?.IsBusyWith(subscription) == true;

    private bool FillAll(Outgoing to)
    {
        _hasPassedOver = false;
        return _share is null ? FillStrictly(to) : FillByShare(to, _share);
    }

    private bool FillStrictly(Outgoing to)
    {
        var isEmpty = true;
        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            if (FillLane(lane, to))
                continue;

            isEmpty = false;
            if (!MayFinishPieces(to))
                return false;
        }

        return isEmpty;
    }

    /// <summary>Without credit the lanes below are looked at all the same: an event that has begun in pieces has cost its credit, and the client may wait for it before it gives more. So they are where
    /// nothing could be written although there is room: what is waited for in this lane may have its turn in one below by now.</summary>
    private bool MayFinishPieces(Outgoing to) => _pieceWriter is not null && (to.EventsLeft == 0 || (to.Length == 0 && _pieceWriter.IsBusy));

    /// <summary>More waits than goes into one write: the most urgent first, but a lane that was passed over for long has a turn.</summary>
    private bool FillByShare(Outgoing to, LaneShare share)
    {
        var waiting = AllLanes;
        var isEmpty = true;
        while (share.Next(waiting) is >= 0 and var lane)
        {
            var before = to.Length;
            to.BeginTurn(share.BytesMax);
            var isDrained = FillLane((Priority)lane, to);
            to.EndTurn();
            share.Wrote(lane, to.Length - before);
            isEmpty &= isDrained;
            if (isDrained || MayFinishPieces(to))
                waiting &= ~(1 << lane);
            else if (to.Length == before || to.EventsLeft == 0)
                return false;
        }

        return isEmpty;
    }

    /// <summary>One lane of all subscriptions, in turn. False: there is more, for which there was no room or no credit.</summary>
    private bool FillLane(Priority lane, Outgoing to)
    {
        if ((_emptyLanes & (1 << (int)lane)) != 0)
        {
            _hasPassedOver = true;
            return true;
        }

        var count = _ready.Count;
        var arePlain = count >= ManyReady;
        if (_firstInTurn >= count)
            _firstInTurn = 0;

        var first = _firstInTurn;
        int? notInTurn = null;
        for (var i = 0; i < count; i++)
        {
            var at = first + i;
            if (at >= count)
                at -= count;

            var before = to.Length;
            if (_ready[at].Fill(lane, to))
            {
                arePlain = arePlain && _ready[at].IsPlain;
                continue;
            }

            if (to.Length == before && (to.EventsLeft == 0 || _pieceWriter?.IsBusy == true))
            {
                // It has not had its turn: without credit, or because another's pieces are to be finished first.
                notInTurn ??= at;
                continue;
            }

            // Who comes behind it is first next time: one that has much to say does not silence the others.
            _firstInTurn = notInTurn ?? at + 1;
            return false;
        }

        _firstInTurn = notInTurn ?? first;
        if (arePlain && notInTurn is null)
            _emptyLanes |= 1 << (int)lane;

        return notInTurn is null;
    }

    /// <param name="waitsForPieces">Whether some of them wait for the end of another's pieces: then nothing else marks them ready again.</param>
    private void ForgetDrained(bool waitsForPieces)
    {
        // What is left waits for credit, for a page of the log, for its time, or for the next event: each of these marks it ready again.
        foreach (var subscription in _ready)
        {
            subscription.IsReady = waitsForPieces;
            if (subscription.By is not null)
                OnDrained(subscription);

            if (subscription.IsShaped || subscription.DuePlace >= 0)
                _edge.Due.Set(subscription, subscription.DueUnixMs);
        }

        if (!waitsForPieces)
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

    /// <summary>Nothing is written while the transport is full; but what is asked for in that case is done all the same.</summary>
    private void WatchBlocked()
    {
        if (!_isBlocked)
            return;

        foreach (var subscription in _subscriptions.Values)
            subscription.OnStillBlocked();

        if (_tooSlowFor is not null)
            CloseAsTooSlow();
    }

    private void CloseAsTooSlow()
    {
        _isEnding = true;
        Close(CloseCode.TooSlow, $"too slow for {_tooSlowFor}");
    }
}
