using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Shaping;
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
        to.Lane = lane;

        // Until it has joined the successor of a channel's actor that ended, it does not know where the rings stand; and if it does not go on where it was, the client is told that first.
        if ((Place < 0 || Asked is not null) && !HasInbox)
            return true;

        // Whoever nacks faster than the dead letters can be written gets nothing more to nack.
        if (Connection.WaitsForNacks(Channel.Name))
            return true;

        if (HasSnapshot)
            return lane != Priority.Normal || (FillSnapshot(to) && Fill(lane, to));

        if (IsShaped)
            return FillShaped(lane, to);

        if (_isCatchingUp)
            return FillCatchingUp(lane, to);

        if (Options.Order == DeliveryOrder.Offset)
            return lane != Priority.Normal || FillByOffset(to);

        if (lane <= Options.LeastPriority && !FillLane(lane, to))
            return false;

        // One that has just fallen behind leaves nothing out: the log has it. And the low lane may have its turn before a more urgent one is empty.
        return lane != Priority.Low || _isCatchingUp || !IsDrained || FillSkips(to, SkipsHeldMax);
    }

    /// <summary>Whether it only reads the rings: what one of its lanes has to say is not changed by what another one says.</summary>
    internal bool IsPlain => _stages is null && !_isCatchingUp && _snapshot is null;

    /// <summary>Whether everything that is wanted was taken from the rings.</summary>
    private bool IsDrained
    {
        get
        {
            for (var lane = 0; lane <= (int)Options.LeastPriority; lane++)
            {
                if (_cursors[lane].Run < _rings[lane].EndRun)
                    return false;
            }

            return true;
        }
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
    internal bool HasSkips => Place >= 0 && Asked is null && Epoch.Length > 0 && (IsShaped ? Accounted.Prefix < _stages!.Pulled.Prefix : !_isCatchingUp && Accounted.Prefix < Channel.Head);

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

            // What was done ahead may have become part of the prefix with the event before it.
            var isNew = run.Events[cursor.Index].Offset > Accounted.Prefix || Has(PlantedBug.CatchUpRepeatsOne);
            var end = _takesAll && !run.HasTtl && !Accounted.HasAhead && isNew && Encoded(run).LongestBytes <= to.WholeBytesMax
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

        var encoded = Encoded(run);
        end = encoded.Fitting(from, end, to.BytesLeft);
        if (end == from)
        {
            // One that is larger than the room it is given has it all the same, where it is the first.
            if (!to.Fits(encoded.Slice(from, from + 1).Length))
                return from;

            end++;
        }

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
        var encoded = Encoded(run);
        for (var i = from; i < run.Events.Count; i++)
        {
            var e = run.Events[i];

            // Sent already, out of the log; or not wanted, or too late to be of use: a skip will account for it.
            var bytes = encoded.Slice(i, i + 1);
            if (Accounted.Contains(e.Offset) || bytes.IsEmpty || IsLeftOut(e))
                continue;

            if (!to.HasCreditFor(this, e.Offset) || !to.TryWriteEvent(bytes, this, e.Offset))
                return i;

            Accounted.Add(e.Offset);
        }

        return run.Events.Count;
    }

    /// <summary>Strictly by offset: of the lanes' next events always the oldest.</summary>
    private bool FillByOffset(Outgoing to)
    {
        if (HasOverflowed)
            return FallBehind(to) && (_isCatchingUp || FillByOffset(to));

        PlaceCursors();
        while (NextLane() is { } lane)
        {
            var cursor = _cursors[lane];
            var run = _rings[lane][cursor.Run];
            var e = run.Events[cursor.Index];
            var bytes = Encoded(run).Slice(cursor.Index, cursor.Index + 1);
            if (!Accounted.Contains(e.Offset) && !bytes.IsEmpty && !IsLeftOut(e))
            {
                // What was left out before it is told before it.
                if (Accounted.Prefix < e.Offset - 1 && !FillSkips(to, 0, e.Offset - 1))
                    return false;

                if (!to.HasCreditFor(this, e.Offset) || !to.TryWriteEvent(bytes, this, e.Offset))
                    return false;

                Accounted.Add(e.Offset);
            }

            _cursors[lane] = After(_rings[lane], cursor);
        }

        return FillSkips(to, SkipsHeldMax);
    }

    /// <summary>Nothing that is wanted has left the rings: a cursor that did goes where they begin, or to what is not told yet.</summary>
    private void PlaceCursors()
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (_cursors[lane].Run < _rings[lane].FirstRun)
                _cursors[lane] = _rings[lane].After(Pulled.Prefix);
        }
    }

    private static RingCursor After(LaneRing ring, RingCursor cursor) =>
        cursor.Index + 1 == ring[cursor.Run].Events.Count ? new RingCursor(cursor.Run + 1, 0) : cursor with { Index = cursor.Index + 1 };

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
            if (!TellSkip(range, to))
                return false;
        }

        return true;
    }

    private bool TellSkip(OffsetRange range, Outgoing to)
    {
        if (!Has(PlantedBug.SkipNotTold) && !to.TryWrite(new ServerFrame.Skip(Channel.Name.Value, range.From, range.To)))
            return false;

        AddDealtWith(range);
        Connection.Figures.EventsSkipped += range.To - range.From + 1;
        return true;
    }

    /// <summary>Whether it is not wanted, or too late to be of use. Asked once for each event.</summary>
    private bool IsLeftOut(ChannelEvent e)
    {
        if (e.Priority > Options.LeastPriority)
            return true;

        if (_filter is not null && (!_filter.Matches(e) || (Has(PlantedBug.FilterTooNarrow) && e.Offset % 5 == 0)))
        {
            Connection.Figures.EventsFiltered++;
            return true;
        }

        if (!IsPastItsTime(e))
            return false;

        Connection.Figures.EventsExpired++;
        return true;
    }

    /// <summary>The bytes of a run, as this subscription wants to see it.</summary>
    private EncodedEvents Encoded(LaneRun run) => View is null ? run.Encoded(Format) : View.Encoded(run);

    /// <summary>What it wants to see of an event out of the log; null: the event as it is.</summary>
    private EventView? ViewOfLog => Has(PlantedBug.FieldsForgottenFromLog) && View is FieldsView ? null : View;

    private bool TryWriteEvent(ChannelEvent e, Outgoing to) =>
        ViewOfLog is not { } view ? to.TryWriteEvent(e, this) : view.FrameOf(e) is not { } frame || to.TryWriteEvent(frame, this, e.Offset);

    internal bool IsPastItsTime(ChannelEvent e) => e.TtlMs > 0 && e.TimeUnixMs + e.TtlMs <= Connection.NowUnixMs;
}
