using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Catching up: out of the log, at the connection's own pace, until the rings hold everything that follows.</summary>
internal sealed partial class Subscription
{
    private bool _isCatchingUp;

    /// <summary>Whether the cursors say what was sent of each lane.</summary>
    private bool _isPlaced;

    /// <summary>The page that was asked for; null: none.</summary>
    private PageTag? _reading;
    private long _readNext;
    private ChannelReply.EventsRead? _page;
    private int _pageIndex;

    /// <summary>Whether the next page of the log is needed and nobody has asked for it.</summary>
    internal bool NeedsPage => _isCatchingUp && Place >= 0 && _reading is null && !IsPausing && _page is null && !HasInbox && Epoch.Length > 0;

    /// <summary>Asks the channel for the next page.</summary>
    internal PageTag BeginReading(out From.Position from)
    {
        from = new From.Position(Epoch, _readNext - 1);
        return _reading = new PageTag(this);
    }

    /// <summary>The page that was asked for is not waited for any more. False: none was.</summary>
    internal bool EndReading()
    {
        var wasReading = _reading is not null;
        _reading = null;
        return wasReading;
    }

    /// <summary>Whether this is the page that is waited for.</summary>
    internal bool IsReading(PageTag tag) => _reading == tag;

    /// <summary>A page has come.</summary>
    internal void OnPage(ChannelReply.EventsRead page)
    {
        if (page.Epoch != Epoch)
            return;

        _page = page;
        _pageIndex = 0;
    }

    /// <summary>A page could not be read; the next tick of the edge asks for it again.</summary>
    internal bool IsPausing { get; set; }

    /// <summary>The page could not be read.</summary>
    internal void OnPageFailed() => IsPausing = true;

    private bool FillCatchingUp(Priority lane, Outgoing to)
    {
        if (!TellLag(to))
            return false;

        if (lane <= Options.LeastPriority && IsLiveWhileCatchingUp(lane))
            return FillLane(lane, to);

        return lane != Priority.Normal || FillPage(to);
    }

    /// <summary>Urgent lanes that were live before this subscription fell behind stay so, as long as their rings hold what is missing.</summary>
    private bool IsLiveWhileCatchingUp(Priority lane) =>
        lane <= Priority.High && Options.Order == DeliveryOrder.Lanes && _hasBeenLive && _cursors[(int)lane].Run >= _rings[(int)lane].FirstRun;

    private bool FillPage(Outgoing to)
    {
        if (_page is not { } page)
            return true;

        if (BeginsAnew(page))
            return true;

        if (!FillGap(page.First - 1, to))
            return false;

        for (; _pageIndex < page.Events.Count; _pageIndex++)
        {
            var e = page.Events[_pageIndex];
            if (Accounted.Contains(e.Offset) || IsLeftOut(e))
                continue;

            // Encoded for this reader alone: what does not fit is encoded again in the next write.
            var frame = ViewOfLog?.FrameOf(e);
            if (frame is null && ViewOfLog is not null)
                continue;

            if (Options.Order == DeliveryOrder.Offset && Accounted.Prefix < e.Offset - 1 && !FillSkips(to, 0, e.Offset - 1))
                return false;

            if (!to.HasCreditFor(this, e.Offset) || !(frame is null ? to.TryWriteEvent(e, this) : to.TryWriteEvent(frame, this, e.Offset)))
                return false;

            Accounted.Add(e.Offset);
        }

        if (Accounted.Prefix < EndOf(page) && !FillSkips(to, 0, EndOf(page)))
            return false;

        EndPage(page);
        return HasInbox || (ReturnIfCovered(to) && (_isCatchingUp || FillLive(to)));
    }

    /// <summary>Everything up to there has been read with this page.</summary>
    private long EndOf(ChannelReply.EventsRead page) => page.Events.Count > 0 ? page.Events[^1].Offset : page.Next is null ? page.Head : _readNext - 1;

    private void EndPage(ChannelReply.EventsRead page)
    {
        var readTo = EndOf(page);
        if (IsShaped)
            _stages!.Pulled.Add(_stages!.Pulled.Prefix + 1, readTo);

        _page = null;
        _readNext = Math.Max(_readNext, readTo + 1);
    }

    /// <summary>Retention was faster than the reader: say exactly what is lost.</summary>
    private bool FillGap(long trimmedTo, Outgoing to)
    {
        foreach (var range in Pulled.Missing(trimmedTo))
        {
            if (!Has(PlantedBug.GapNotTold) && !to.TryWrite(new ServerFrame.Gap(Channel.Name.Value, range.From, range.To, "retention")))
                return false;

            AddDealtWith(range);
            Connection.Figures.EventsGone += range.To - range.From + 1;
        }

        return true;
    }

    private bool ReturnIfCovered(Outgoing to)
    {
        var readTo = Math.Max(_readNext - 1, Pulled.Prefix);
        foreach (var ring in _rings)
        {
            if (ring.DroppedTo > readTo)
                return true;
        }

        if (!TellLive(to))
            return false;

        for (var lane = 0; lane < Lanes; lane++)
        {
            var ring = _rings[lane];
            var next = ring.After(Has(PlantedBug.RingLosesOne) ? readTo + 1 : Has(PlantedBug.CatchUpRepeatsOne) ? readTo - 1 : readTo);
            var cursor = _cursors[lane];

            // A lane that was live before, or still is, may already be further on. Before that a cursor means nothing: it stands where the ring ended at the beginning.
            var isFurtherOn = _isPlaced && (cursor.Run > next.Run || (cursor.Run == next.Run && cursor.Index >= next.Index));
            if (!isFurtherOn)
                _cursors[lane] = next;
        }

        _isCatchingUp = false;
        _isPlaced = true;
        return true;
    }
}
