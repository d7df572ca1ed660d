using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Offsets;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Connections;

/// <summary>Shaped delivery: out of the rings or the log into the stages, and out of the stages when it is time and the connection can write. Absent where no shape was asked for.</summary>
/// <remarks>
/// Every offset in <c>_pulled</c> is accounted for, is held by the stages, or was left out by them: what is left out is told as skipped before anything newer is written, so that
/// whoever comes back never gets the older one after the newer. What is held is not accounted for, so it comes again on a resume.
/// </remarks>
internal sealed partial class Subscription
{
    /// <summary>With a rate the stages can be full of what waits for it. So much room is kept per step of urgency, so that critical events, which do not wait, find some.</summary>
    private const int RoomKeptPerLane = 32;

    /// <summary>What a frame has besides the data, as far as bounds are concerned.</summary>
    private const int FrameBytesAround = 256;

    private Shaper<HeldEvent>? _shaper;

    /// <summary>In front of the shape while a subscription with overflow <c>conflate</c> is behind.</summary>
    private Shaper<HeldEvent>? _conflater;
    private OffsetSet _pulled = new(0);
    private ShapeCounts _counted;
    private ShapeCounts _conflaterCounted;
    private long _replacedTold;
    private long _skipsToldTo;
    private bool _isFull;

    /// <summary>Where it stands in the list of those that are due; -1: not there.</summary>
    internal int DuePlace { get; set; } = -1;

    /// <summary>Events that the stages hold.</summary>
    internal int HeldCount => (_shaper?.Count ?? 0) + (_conflater?.Count ?? 0);

    internal bool IsShaped => _shaper is not null || _conflater is not null;

    /// <summary>When the stages will let something out though nothing comes in; null: never.</summary>
    internal long? DueUnixMs
    {
        get
        {
            var now = Connection.NowUnixMs;
            return _shaper?.DueUnixMs(now) is { } due ? Math.Max(due, now + 1) : null;
        }
    }

    /// <summary>What is not wanted again from the source: of a shaped subscription that is more than what was told.</summary>
    private OffsetSet Pulled => IsShaped ? _pulled : Accounted;

    private Shaper<HeldEvent> First => _conflater ?? _shaper!;

    private Shaper<HeldEvent> Last => _shaper ?? _conflater!;

    private bool IsInOrder => Options.Order == DeliveryOrder.Offset;

    /// <summary>Empty stages, where there are to be some: what they held comes again.</summary>
    private void ResetStages()
    {
        _conflater = null;
        _conflaterCounted = default;

        // A rate is kept to although the channel's actor was replaced in between.
        if (_shaper is not null)
            _shaper.GiveUp();
        else if (StageSettings.Of(Options) is { } settings)
            _shaper = Shaper<HeldEvent>.Create(PlantedShape.Of(settings, Connection.Bug));

        _replacedTold = Replaced;
        _skipsToldTo = 0;
        _isFull = false;
        if (IsShaped)
            _pulled = Accounted.Copy();
    }

    private bool FillShaped(Priority lane, Outgoing to)
    {
        // In order everything is of one lane, and has its turn when that has.
        if (IsInOrder && lane != Priority.Normal)
            return true;

        var now = Connection.NowUnixMs;
        if ((IsInOrder || lane == Priority.Critical) && !Pull(to, now))
            return false;

        if (!Drain((int)lane, to, now))
            return false;

        return (!IsInOrder && lane != Priority.Low) || FillRest(to, now);
    }

    /// <summary>What went out has made room for more; and when there is no more, what was left out is told, if that is due.</summary>
    private bool FillRest(Outgoing to, long now)
    {
        while (to.EventsLeft > 0 && ((_isFull && HasRoomFor((int)Priority.Low)) || CanHandOn))
        {
            if (!Pull(to, now))
                return false;

            for (var lane = 0; lane < Lanes; lane++)
            {
                if (!Drain(lane, to, now))
                    return false;
            }
        }

        CountLeftOut();
        if ((to.TellsSkips || _pulled.Prefix - Math.Max(Accounted.Prefix, _skipsToldTo) > SkipsHeldMax) && !TellLeftOut(to))
            return false;

        return EndConflating(to);
    }

    /// <summary>Takes in what there is, as far as there is room. False: a frame that had to be written did not fit.</summary>
    private bool Pull(Outgoing to, long now)
    {
        // What cannot be written yet is not decided yet either: it waits in the rings, and the newest of a key is found when there is credit.
        if (to.EventsLeft == 0 && !_isCatchingUp)
            return FillNothing(to);

        _isFull = false;
        if (_isCatchingUp && !PullCatchingUp(to, now))
            return false;

        if (!_isCatchingUp && !_isFull && !(IsInOrder ? PullByOffset(to, now) : PullLanes(to, now)))
            return false;

        HandOn(now);
        return true;
    }

    /// <summary>Without credit nothing is taken in; but what leaves the rings meanwhile is a matter of the overflow policy.</summary>
    private bool FillNothing(Outgoing to) => !HasOverflowed || FallBehind(to);

    private bool CanHandOn => _conflater is { Count: > 0 } && _shaper is { HasRoom: true };

    /// <summary>From the stage in front, where there is one, to the shape.</summary>
    private void HandOn(long now)
    {
        if (_conflater is not { } conflater || _shaper is not { } shaper)
            return;

        for (var lane = 0; lane < Lanes; lane++)
        {
            while (shaper.HasRoom && conflater.TryPeek(lane, now, out var element))
            {
                conflater.Take(lane, now);
                shaper.Push(element with { Key = element.Value.Event.Key }, now);
            }
        }
    }

    private bool PullLanes(Outgoing to, long now)
    {
        for (var lane = Priority.Critical; lane <= Options.LeastPriority; lane++)
        {
            if (!PullLane((int)lane, to, now))
                return false;

            // One that has just fallen behind goes on with the log.
            if (_isCatchingUp)
                return true;
        }

        if (!_isFull)
            _pulled.Add(_pulled.Prefix + 1, Channel.Head);

        return true;
    }

    private bool PullLane(int lane, Outgoing to, long now)
    {
        var ring = _rings[lane];
        var cursor = _cursors[lane];
        if (cursor.Run < ring.FirstRun)
        {
            if (HasFallenOut(ring))
                return FallBehind(to) && (_isCatchingUp || PullLane(lane, to, now));

            cursor = ring.After(_pulled.Prefix);
        }

        while (cursor.Run < ring.EndRun)
        {
            if (!HasRoomFor(lane))
            {
                _isFull = true;
                break;
            }

            Push(ring, cursor, now);
            cursor = After(ring, cursor);
        }

        _cursors[lane] = cursor;
        _hasBeenLive = true;
        return true;
    }

    private bool PullByOffset(Outgoing to, long now)
    {
        if (HasOverflowed)
            return FallBehind(to) && (_isCatchingUp || PullByOffset(to, now));

        PlaceCursors();
        while (NextLane() is { } lane)
        {
            if (!HasRoomFor(lane))
            {
                _isFull = true;
                return true;
            }

            Push(_rings[lane], _cursors[lane], now);
            _cursors[lane] = After(_rings[lane], _cursors[lane]);
        }

        _pulled.Add(_pulled.Prefix + 1, Channel.Head);
        _hasBeenLive = true;
        return true;
    }

    private bool PullCatchingUp(Outgoing to, long now)
    {
        if (!TellLag(to))
            return false;

        for (var lane = Priority.Critical; lane <= Options.LeastPriority; lane++)
        {
            if (IsLiveWhileCatchingUp(lane) && !PullLane((int)lane, to, now))
                return false;
        }

        if (_page is not { } page)
            return true;

        if (!FillGap(page.First - 1, to))
            return false;

        return !PullPage(page, now) || HasInbox || ReturnIfCovered(to);
    }

    /// <summary>False: there is no room for what is left of the page.</summary>
    private bool PullPage(ChannelReply.EventsRead page, long now)
    {
        for (; _pageIndex < page.Events.Count; _pageIndex++)
        {
            var e = page.Events[_pageIndex];
            if (!HasRoomFor((int)e.Priority))
            {
                _isFull = true;
                return false;
            }

            Push(e, RingCursor.InNoRing, now);
        }

        EndPage(page);
        return true;
    }

    private void Push(LaneRing ring, RingCursor at, long now) => Push(ring[at.Run].Events[at.Index], at, now);

    private void Push(ChannelEvent e, RingCursor at, long now)
    {
        if (_pulled.Contains(e.Offset))
            return;

        _pulled.Add(e.Offset);
        if (IsLeftOut(e) || (Has(PlantedBug.ConflationDropsNewest) && Options.Shape?.Conflate is not null && e.Key is not null && First.Count > 0))
            return;

        var expires = e.TtlMs > 0 ? e.TimeUnixMs + e.TtlMs : long.MaxValue;
        var lane = IsInOrder ? Streams.Lanes.Normal : (int)e.Priority;
        var key = _conflater is null ? e.Key : ScopeWhileBehind(e);
        First.Push(new Element<HeldEvent>(e.Offset, lane, e.Type, key, FrameBytesAround + e.Data.Length, expires, new HeldEvent(e, at)), now);
    }

    /// <summary>Writes what may leave of a lane.</summary>
    private bool Drain(int lane, Outgoing to, long now)
    {
        while (IsShaped && Last.TryPeek(lane, now, out var element))
        {
            if (to.EventsLeft == 0 || !TellOlder(element.Offset, to) || !Write(element.Value, to))
                return false;

            Last.Take(lane, now);
            Accounted.Add(element.Offset);
        }

        return true;
    }

    private bool Write(HeldEvent held, Outgoing to)
    {
        var (e, at) = held;
        var ring = _rings.Length > 0 ? _rings[(int)e.Priority] : null;
        if (at.Run < 0 || ring is null || at.Run < ring.FirstRun)
            return TryWriteEvent(e, to);

        var bytes = Encoded(ring[at.Run]).Slice(at.Index, at.Index + 1);
        if (!to.Fits(bytes.Length))
            return false;

        to.WriteEvents(bytes, 1);
        return true;
    }

    /// <summary>What was left out before this event, or for it, is told before it.</summary>
    private bool TellOlder(long offset, Outgoing to)
    {
        if (IsInOrder)
            return Accounted.Prefix >= offset - 1 || FillSkips(to, 0, offset - 1);

        return _replacedTold == Replaced || Has(PlantedBug.LeftOutToldLate) || TellLeftOut(to);
    }

    /// <summary>Events that had to give way to a newer one so far.</summary>
    private long Replaced => (_shaper?.Counts is { } shaped ? shaped.Debounced + shaped.Conflated : 0) + (_conflater?.Counts.Conflated ?? 0);

    /// <summary>Tells every offset that was pulled, and is neither held nor told.</summary>
    private bool TellLeftOut(Outgoing to)
    {
        var spared = Accounted.Copy();
        if (!Has(PlantedBug.HeldToldAsLeftOut))
            Spare(_shaper);

        Spare(_conflater);
        foreach (var range in _pulled.Missing(_pulled.Max))
            spared.Add(range.From, range.To);

        foreach (var range in spared.Missing(_pulled.Max))
        {
            if (!TellSkip(range, to))
                return false;
        }

        _replacedTold = Replaced;
        _skipsToldTo = _pulled.Prefix;
        return true;

        void Spare(Shaper<HeldEvent>? stages)
        {
            foreach (var offset in stages?.HeldOffsets() ?? [])
                spared.Add(offset);
        }
    }

    private bool HasRoomFor(int lane)
    {
        if (!First.HasRoom)
            return false;

        var kept = IsInOrder || Options.Shape?.MaxPerSecond is null ? 0 : RoomKeptPerLane * lane;
        return First.Count < StageSettings.HeldMax - kept;
    }

    private void CountLeftOut()
    {
        var figures = Connection.Figures;
        if (_shaper is not null)
            figures.LeftOut(_shaper.Counts, ref _counted);

        if (_conflater is not null)
            figures.LeftOut(_conflater.Counts, ref _conflaterCounted);
    }
}
