using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Connections;

/// <summary>Into the stages: out of the rings or the log, as far as the stages have room. What they do not take stays where it is.</summary>
internal sealed partial class Subscription
{
    /// <summary>With a rate the stages can be full of what waits for it. This part of the room is kept per step of urgency, so that critical events, which do not wait, find some.</summary>
    private const int PartKeptPerLane = 32;

    /// <summary>What a frame has besides the data, as far as bounds are concerned.</summary>
    private const int FrameBytesAround = 256;

    /// <summary>Takes in what there is, as far as there is room. False: a frame that had to be written did not fit.</summary>
    private bool Pull(Outgoing to, long now)
    {
        // What cannot be written yet is not decided yet either: it waits in the rings, and the newest of a key is found when there is credit.
        if (to.EventsLeft == 0 && !_isCatchingUp)
            return FillNothing(to);

        _stages!.IsFull = false;
        if (_isCatchingUp && !PullCatchingUp(to, now))
            return false;

        if (!_isCatchingUp && !_stages!.IsFull && !(IsInOrder ? PullByOffset(to, now) : PullLanes(to, now)))
            return false;

        HandOn(now);
        return true;
    }

    /// <summary>Without credit nothing is taken in; but what leaves the rings meanwhile is a matter of the overflow policy.</summary>
    private bool FillNothing(Outgoing to) => !HasOverflowed || FallBehind(to);

    private bool CanHandOn => _stages!.Conflater is { Count: > 0 } && _stages!.Shaper is { HasRoom: true };

    /// <summary>From the stage in front, where there is one, to the shape.</summary>
    private void HandOn(long now)
    {
        if (_stages!.Conflater is not { } conflater || _stages!.Shaper is not { } shaper)
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

        if (!_stages!.IsFull)
            _stages!.Pulled.Add(_stages!.Pulled.Prefix + 1, Channel.Head);

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

            cursor = ring.After(_stages!.Pulled.Prefix);
        }

        while (cursor.Run < ring.EndRun)
        {
            if (!HasRoomFor(lane))
            {
                _stages!.IsFull = true;
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
                _stages!.IsFull = true;
                return true;
            }

            Push(_rings[lane], _cursors[lane], now);
            _cursors[lane] = After(_rings[lane], _cursors[lane]);
        }

        _stages!.Pulled.Add(_stages!.Pulled.Prefix + 1, Channel.Head);
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

        if (BeginsAnew(page))
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
                _stages!.IsFull = true;
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
        if (_stages!.Pulled.Contains(e.Offset))
            return;

        _stages!.Pulled.Add(e.Offset);
        if (IsLeftOut(e) || IsUnseen(e, at) || (Has(PlantedBug.ConflationDropsNewest) && Options.Shape?.Conflate is not null && e.Key is not null && _stages.First.Count > 0))
            return;

        var expires = e.TtlMs > 0 ? e.TimeUnixMs + e.TtlMs : long.MaxValue;
        var lane = IsInOrder ? Streams.Lanes.Normal : (int)e.Priority;
        var key = _stages!.Conflater is null ? e.Key : ScopeWhileBehind(e);
        _stages!.First.Push(new Element<HeldEvent>(e.Offset, lane, e.Type, key, FrameBytesAround + e.Data.Length, expires, new HeldEvent(e, at)), now);
    }

    /// <summary>Whether its view does not show it.</summary>
    private bool IsUnseen(ChannelEvent e, RingCursor at)
    {
        if (View is not ChangesView view)
            return false;

        return at.Run < 0 ? view.FrameOf(e) is null : Encoded(_rings[(int)e.Priority][at.Run]).Slice(at.Index, at.Index + 1).IsEmpty;
    }

    private bool HasRoomFor(int lane)
    {
        if (!_stages!.First.HasRoom)
            return false;

        var kept = IsInOrder || Options.Shape?.MaxPerSecond is null ? 0 : Connection.HeldEventsMax / PartKeptPerLane * lane;
        return _stages!.First.Count < Connection.HeldEventsMax - kept;
    }
}
