using RealTimeActors.Engine.Offsets;
using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Streams;

namespace RealTimeActors.Engine.Connections;

/// <summary>Shaped delivery: out of the rings or the log into the stages, and out of the stages when it is time and the connection can write. Absent where no shape was asked for.</summary>
/// <remarks>
/// Every offset that was taken from the source is accounted for, is held by the stages, or was left out by them: what is left out is told as skipped before anything newer is written, so that
/// whoever comes back never gets the older one after the newer. What is held is not accounted for, so it comes again on a resume.
/// </remarks>
internal sealed partial class Subscription
{
    /// <summary>Null: there are none, and events go out as they are.</summary>
    private SubscriptionStages? _stages;

    /// <summary>Where it stands in the list of those that are due; -1: not there.</summary>
    internal int DuePlace { get; set; } = -1;

    /// <summary>Events that the stages hold.</summary>
    internal int HeldCount => _stages?.HeldCount ?? 0;

    internal bool IsShaped => _stages is not null;

    /// <summary>When the stages will let something out though nothing comes in; null: never.</summary>
    internal long? DueUnixMs
    {
        get
        {
            var now = Connection.NowUnixMs;
            return _stages?.Shaper?.DueUnixMs(now) is { } due ? Math.Max(due, now + 1) : null;
        }
    }

    /// <summary>What is not wanted again from the source: of a shaped subscription that is more than what was told.</summary>
    private OffsetSet Pulled => _stages?.Pulled ?? Accounted;

    private bool IsInOrder => Options.Order == DeliveryOrder.Offset;

    /// <summary>Whether the stages let this offset go for a newer one, and it was not told yet.</summary>
    internal bool HasLeftOut(long offset) => _stages is { } stages && stages.Pulled.Contains(offset) && !Accounted.Contains(offset) && !stages.Holds(offset);

    /// <summary>Empty stages, where there are to be some: what they held comes again.</summary>
    private void ResetStages()
    {
        if (_stages?.Shaper is not null)
            _stages.Restart(Accounted.Copy());
        else if (StageSettings.Of(Options, Connection.HeldEventsMax) is { } settings)
            _stages = new SubscriptionStages(Accounted.Copy()) { Shaper = Shaper<HeldEvent>.Create(PlantedShape.Of(settings, Connection.Bug)) };
        else
            _stages = null;
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
        while (to.EventsLeft > 0 && ((_stages!.IsFull && HasRoomFor((int)Priority.Low)) || CanHandOn))
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
        if ((to.TellsSkips || _stages!.Pulled.Prefix - Math.Max(Accounted.Prefix, _stages!.SkipsToldTo) > SkipsHeldMax) && !TellLeftOut(to))
            return false;

        return EndConflating(to);
    }

    /// <summary>Writes what may leave of a lane.</summary>
    private bool Drain(int lane, Outgoing to, long now)
    {
        while (IsShaped && _stages!.Last.TryPeek(lane, now, out var element))
        {
            if (!to.HasCreditFor(this, element.Offset) || !TellOlder(element.Offset, to) || !Write(element.Value, to))
                return false;

            _stages!.Last.Take(lane, now);
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

        return _stages!.ReplacedTold == _stages!.Replaced || Has(PlantedBug.LeftOutToldLate) || TellLeftOut(to);
    }

    /// <summary>Tells every offset that was pulled, and is neither held nor told.</summary>
    private bool TellLeftOut(Outgoing to)
    {
        var spared = Accounted.Copy();
        if (!Has(PlantedBug.HeldToldAsLeftOut))
            _stages!.AddHeldTo(spared);

        foreach (var range in _stages!.Pulled.Missing(_stages!.Pulled.Max))
            spared.Add(range.From, range.To);

        foreach (var range in spared.Missing(_stages!.Pulled.Max))
        {
            if (!TellSkip(range, to))
                return false;
        }

        _stages!.ReplacedTold = _stages!.Replaced;
        _stages!.SkipsToldTo = _stages!.Pulled.Prefix;
        return true;
    }

    private void CountLeftOut() => _stages!.Count(Connection.Figures);
}
