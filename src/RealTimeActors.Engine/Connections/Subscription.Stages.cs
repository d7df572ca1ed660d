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
        _shaper = StageSettings.Of(Options) is { } settings ? Shaper<HeldEvent>.Create(settings) : null;
        _counted = _conflaterCounted = default;
        _replacedTold = 0;
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
                to.Lane = IsInOrder ? Priority.Normal : (Priority)lane;
                if (!Drain(lane, to, now))
                    return false;
            }
        }

        CountLeftOut();
        if ((to.TellsSkips || _pulled.Prefix - Math.Max(Accounted.Prefix, _skipsToldTo) > SkipsHeldMax) && !TellLeftOut(to))
            return false;

        return EndConflating(to);
    }

    /// <summary>Writes what may leave of a lane.</summary>
    private bool Drain(int lane, Outgoing to, long now)
    {
        while (IsShaped && Last.TryPeek(lane, now, out var element))
        {
            if (!to.HasCreditFor(this, element.Offset) || !TellOlder(element.Offset, to) || !Write(element.Value, to))
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

        return to.TryWriteEvent(Encoded(ring[at.Run]).Slice(at.Index, at.Index + 1), this, e.Offset);
    }

    /// <summary>What was left out before this event, or for it, is told before it.</summary>
    private bool TellOlder(long offset, Outgoing to)
    {
        if (IsInOrder)
            return Accounted.Prefix >= offset - 1 || FillSkips(to, 0, offset - 1);

        return _replacedTold == Replaced || TellLeftOut(to);
    }

    /// <summary>Events that had to give way to a newer one so far.</summary>
    private long Replaced => (_shaper?.Counts is { } shaped ? shaped.Debounced + shaped.Conflated : 0) + (_conflater?.Counts.Conflated ?? 0);

    /// <summary>Tells every offset that was pulled, and is neither held nor told.</summary>
    private bool TellLeftOut(Outgoing to)
    {
        var spared = Accounted.Copy();
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

    private void CountLeftOut()
    {
        var figures = Connection.Figures;
        if (_shaper is not null)
            figures.LeftOut(_shaper.Counts, ref _counted);

        if (_conflater is not null)
            figures.LeftOut(_conflater.Counts, ref _conflaterCounted);
    }
}
