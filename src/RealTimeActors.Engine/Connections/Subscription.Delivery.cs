using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>Live delivery: out of the rings.</summary>
internal sealed partial class Subscription
{
    private const long SkipsHeldMax = 256;

    private bool _hasBeenLive;

    /// <summary>Writes what waits in one lane, as far as space and credit go. False: there may be more.</summary>
    internal bool Fill(Priority lane, Outgoing to)
    {
        // Until it has joined the successor of a channel's actor that ended, it does not know where the rings stand.
        if (Place < 0 && _inbox.Count == 0)
            return true;

        if (_isCatchingUp)
            return FillCatchingUp(lane, to);

        if (Options.Order == DeliveryOrder.Offset)
            return lane != Priority.Normal || FillByOffset(to);

        // One that has just fallen behind leaves nothing out: the log has it.
        return (lane > Options.LeastPriority || FillLane(lane, to)) && (lane != Priority.Low || _isCatchingUp || FillSkips(to, SkipsHeldMax));
    }

    /// <summary>All lanes from the top: what the rings hold comes before anything is said to be left out.</summary>
    private bool FillLive(Outgoing to)
    {
        if (Options.Order == DeliveryOrder.Offset)
            return FillByOffset(to);

        for (var lane = Priority.Critical; lane <= Priority.Low; lane++)
        {
            if (!Fill(lane, to))
                return false;
        }

        return true;
    }

    /// <summary>Tells of what was left out, if that is due (once a second, or when much has come together).</summary>
    internal bool HasSkips => !_isCatchingUp && Place >= 0 && Epoch.Length > 0 && Accounted.Prefix < Channel.Head;

    private bool FillLane(Priority lane, Outgoing to)
    {
        var ring = _rings[(int)lane];
        var cursor = _cursors[(int)lane];
        if (cursor.Run < ring.FirstRun)
        {
            if (HasFallenOut(ring))
                return FallBehind(to) && (_isCatchingUp || FillLane(lane, to));

            cursor = ring.After(Accounted.Prefix);
        }

        while (cursor.Run < ring.EndRun)
        {
            var run = ring[cursor.Run];
            var end = IsPlain && !run.HasTtl && !Accounted.HasAhead
                ? FillSlice(run, cursor.Index, to)
                : FillOneByOne(run, cursor.Index, to);

            cursor = end == run.Events.Count ? new RingCursor(cursor.Run + 1, 0) : cursor with { Index = end };
            _cursors[(int)lane] = cursor;
            if (end < run.Events.Count)
                return false;
        }

        _cursors[(int)lane] = cursor;
        _hasBeenLive = true;
        return true;
    }

    /// <summary>The fast way: a run, or what is left of it, in one copy. Returns the index after the last event that was written.</summary>
    private int FillSlice(LaneRun run, int from, Outgoing to)
    {
        var end = Math.Min(run.Events.Count, from + (int)Math.Min(int.MaxValue - from, to.EventsLeft));
        if (end == from)
            return from;

        var encoded = run.Encoded(Format);
        end = encoded.Fitting(from, end, to.BytesLeft);
        if (end == from)
            return from;

        to.WriteEvents(encoded.Slice(from, end), end - from);
        if (run.IsContiguous)
        {
            Accounted.Add(run.First + from, run.First + end - 1);
            return end;
        }

        for (var i = from; i < end; i++)
            Accounted.Add(run.Events[i].Offset);

        return end;
    }

    private int FillOneByOne(LaneRun run, int from, Outgoing to)
    {
        var encoded = run.Encoded(Format);
        for (var i = from; i < run.Events.Count; i++)
        {
            var e = run.Events[i];

            // Sent already, out of the log; or too late to be of use: a skip will account for it.
            if (Accounted.Contains(e.Offset) || IsPastItsTime(e))
                continue;

            var bytes = encoded.Slice(i, i + 1);
            if (to.EventsLeft == 0 || bytes.Length > to.BytesLeft)
                return i;

            to.WriteEvents(bytes, 1);
            Accounted.Add(e.Offset);
        }

        return run.Events.Count;
    }

    /// <summary>Strictly by offset: of the lanes' next events always the oldest.</summary>
    private bool FillByOffset(Outgoing to)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (_cursors[lane].Run >= _rings[lane].FirstRun)
                continue;

            // A lane that is not wanted anyway cannot be fallen behind in.
            if (lane <= (int)Options.LeastPriority && HasFallenOut(_rings[lane]))
                return FallBehind(to) && (_isCatchingUp || FillByOffset(to));

            _cursors[lane] = _rings[lane].After(Accounted.Prefix);
        }

        while (NextLane() is { } lane)
        {
            var cursor = _cursors[lane];
            var run = _rings[lane][cursor.Run];
            var e = run.Events[cursor.Index];
            if (run.Priority <= Options.LeastPriority && !Accounted.Contains(e.Offset) && !IsPastItsTime(e))
            {
                // What was left out before it is told before it.
                if (Accounted.Prefix < e.Offset - 1 && !FillSkips(to, 0, e.Offset - 1))
                    return false;

                var bytes = run.Encoded(Format).Slice(cursor.Index, cursor.Index + 1);
                if (to.EventsLeft == 0 || bytes.Length > to.BytesLeft)
                    return false;

                to.WriteEvents(bytes, 1);
                Accounted.Add(e.Offset);
            }

            _cursors[lane] = cursor.Index + 1 == run.Events.Count ? new RingCursor(cursor.Run + 1, 0) : cursor with { Index = cursor.Index + 1 };
        }

        return FillSkips(to, SkipsHeldMax);
    }

    private int? NextLane()
    {
        int? next = null;
        var oldest = long.MaxValue;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var cursor = _cursors[lane];
            if (cursor.Run >= _rings[lane].EndRun)
                continue;

            var offset = _rings[lane][cursor.Run].Events[cursor.Index].Offset;
            if (offset < oldest)
                (next, oldest) = (lane, offset);
        }

        return next;
    }

    /// <summary>Everything that was wanted up to the head is written; what is not accounted for was left out on purpose.</summary>
    private bool FillSkips(Outgoing to, long heldMax, long? upTo = null)
    {
        var head = upTo ?? Channel.Head;
        if (head - Accounted.Prefix <= (to.TellsSkips ? 0 : heldMax))
            return true;

        foreach (var range in Accounted.Missing(head))
        {
            if (!Has(PlantedBug.SkipNotTold) && !to.TryWrite(new ServerFrame.Skip(Channel.Name.Value, range.From, range.To)))
                return false;

            Accounted.Add(range.From, range.To);
            Connection.Figures.EventsSkipped += range.To - range.From + 1;
        }

        return true;
    }

    /// <summary>Whether something this subscription was not told of has left the ring.</summary>
    private bool HasFallenOut(LaneRing ring) => ring.DroppedTo > Accounted.Prefix;

    private bool IsPastItsTime(ChannelEvent e) => e.TtlMs > 0 && e.TimeUnixMs + e.TtlMs <= Connection.NowUnixMs;

    private bool FallBehind(Outgoing to)
    {
        if (Options.Overflow == OverflowPolicy.DropOldest)
            return Drop(to);

        var behind = Channel.Head - Accounted.Prefix;
        if (!to.TryWrite(new ServerFrame.Lag(Channel.Name.Value, behind, "catchUp")))
            return false;

        _isCatchingUp = true;
        Connection.Figures.FallenBehind++;
        _readNext = Accounted.Prefix + 1;
        return true;
    }

    /// <summary>Gives up what has left the rings, tells which offsets these were, and goes on with what is there.</summary>
    private bool Drop(Outgoing to)
    {
        var upTo = 0L;
        for (var lane = 0; lane <= (int)Options.LeastPriority; lane++)
        {
            if (_cursors[lane].Run < _rings[lane].FirstRun)
                upTo = Math.Max(upTo, _rings[lane].DroppedTo);
        }

        // What still waits in a ring is not lost, even where something after it is.
        var spared = Accounted.Copy();
        for (var lane = 0; lane < Lanes; lane++)
        {
            var ring = _rings[lane];
            for (var run = Math.Max(_cursors[lane].Run, ring.FirstRun); run < ring.EndRun && ring[run].First <= upTo; run++)
            {
                foreach (var e in ring[run].Events)
                    spared.Add(e.Offset);
            }
        }

        foreach (var range in spared.Missing(upTo))
        {
            if (!to.TryWrite(new ServerFrame.Gap(Channel.Name.Value, range.From, range.To, "overflow")))
                return false;

            Accounted.Add(range.From, range.To);
            Connection.Figures.EventsDropped += range.To - range.From + 1;
        }

        for (var lane = 0; lane <= (int)Options.LeastPriority; lane++)
        {
            if (_cursors[lane].Run < _rings[lane].FirstRun)
                _cursors[lane] = new RingCursor(_rings[lane].FirstRun, 0);
        }

        return true;
    }
}
