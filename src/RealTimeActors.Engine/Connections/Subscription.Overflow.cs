using RealTimeActors.Engine.Shaping;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>What happens when the rings no longer hold what was not taken from them yet: read on from the log, read on and keep the newest of each key, lose the oldest, or be closed.</summary>
internal sealed partial class Subscription
{
    /// <summary>While behind, the events without a key stand for one another. No text that came over the wire can be the same: it is half a surrogate pair.</summary>
    private const string Keyless = "\uD800";

    /// <summary>What the client was not told yet about its lag; null: nothing.</summary>
    private string? _lagToTell;

    /// <summary>The client was told that it is behind, and has to be told when it is not any more.</summary>
    private bool _isToldBehind;

    /// <summary>Whether it keeps the newest of each key until it is live again.</summary>
    internal bool IsConflating => _stages?.Conflater is not null;

    /// <summary>Whether the next page is of use although the connection takes nothing. At the end of the log it waits for the next look: others' pages are no reason to read on.</summary>
    internal bool ReadsOnWhileBlocked { get; private set; }

    /// <summary>Whether something that is wanted has left a ring and was not taken from it.</summary>
    private bool HasOverflowed
    {
        get
        {
            for (var lane = 0; lane <= (int)Options.LeastPriority; lane++)
            {
                if (_cursors[lane].Run < _rings[lane].FirstRun && HasFallenOut(_rings[lane]))
                    return true;
            }

            return false;
        }
    }

    /// <summary>Once a second while the connection takes nothing: who asked to be closed is, and who asked for the newest of each key begins to read on.</summary>
    internal void OnStillBlocked()
    {
        if (!IsStarted || Place < 0 || HasInbox)
            return;

        if (!_isCatchingUp && HasOverflowed)
        {
            if (Options.Overflow == OverflowPolicy.Disconnect)
                Connection.EndAsTooSlow(Channel.Name);
            else if (Options.Overflow == OverflowPolicy.Conflate)
                BeginConflating();
        }

        if (IsConflating)
            Connection.AskForPage(this);
    }

    /// <summary>A page came while the connection takes nothing. True: the next one is of use.</summary>
    internal bool PullWhileBlocked()
    {
        ReadsOnWhileBlocked = false;

        // What was trimmed meanwhile has to be told, and that can wait until it can be.
        if (!IsConflating || _page is not { } page || _stages!.Pulled.Missing(page.First - 1).Count > 0)
            return false;

        var isPulled = PullPage(page, Connection.NowUnixMs);
        CountLeftOut();
        ReadsOnWhileBlocked = isPulled && page.Next is not null;
        return ReadsOnWhileBlocked;
    }

    /// <summary>Whether something this subscription has not taken yet has left the ring.</summary>
    private bool HasFallenOut(LaneRing ring) => ring.DroppedTo > Pulled.Prefix;

    private bool FallBehind(Outgoing to)
    {
        switch (Options.Overflow)
        {
            case OverflowPolicy.DropOldest:
                return Drop(to);
            case OverflowPolicy.Disconnect:
                Connection.EndAsTooSlow(Channel.Name);
                return false;
            case OverflowPolicy.Conflate:
                BeginConflating();
                return TellLag(to);
            default:
                BeginCatchingUp("catchUp");
                return TellLag(to);
        }
    }

    private void BeginCatchingUp(string mode)
    {
        _isCatchingUp = true;
        _lagToTell = mode;
        _readNext = Pulled.Prefix + 1;
        Connection.Figures.FallenBehind++;
    }

    private void BeginConflating()
    {
        _stages ??= new SubscriptionStages(Accounted.Copy());
        _stages.BeginConflating(StageSettings.WhileBehind(Options, Connection.HeldEventsMax));

        ReadsOnWhileBlocked = true;
        BeginCatchingUp("conflating");
    }

    private bool TellLag(Outgoing to)
    {
        if (_lagToTell is not { } mode)
            return true;

        if (!to.TryWrite(new ServerFrame.Lag(Channel.Name.Value, Math.Max(0, Channel.Head - Accounted.Prefix), mode)))
            return false;

        _lagToTell = null;
        _isToldBehind = true;
        return true;
    }

    private bool TellLive(Outgoing to)
    {
        if (_isToldBehind && !to.TryWrite(new ServerFrame.Lag(Channel.Name.Value, 0, "live")))
            return false;

        _isToldBehind = false;
        return true;
    }

    /// <summary>What an event stands for while the subscription is behind: its key, or the channel.</summary>
    private static string ScopeWhileBehind(ChannelEvent e) => e.Key ?? Keyless;

    /// <summary>Live again, and nothing waits in the stage that was put in front: it goes, and with it what it has left out is told.</summary>
    private bool EndConflating(Outgoing to)
    {
        if (_stages?.Conflater is not { } conflater || (conflater.Count > 0 && !Has(PlantedBug.ConflatingEndsTooEarly)) || _isCatchingUp || _stages.IsFull)
            return true;

        // Without a shape nobody remembers what was left out.
        if (_stages.Shaper is null && !TellLeftOut(to))
            return false;

        CountLeftOut();
        _stages.EndConflating();
        if (_stages.Shaper is null)
            _stages = null;

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
        var spared = Pulled.Copy();
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

            AddDealtWith(range);
            Connection.Figures.EventsDropped += range.To - range.From + 1;
        }

        for (var lane = 0; lane <= (int)Options.LeastPriority; lane++)
        {
            if (_cursors[lane].Run < _rings[lane].FirstRun)
                _cursors[lane] = new RingCursor(_rings[lane].FirstRun, 0);
        }

        return true;
    }

    /// <summary>Told, and not wanted from the source any more.</summary>
    private void AddDealtWith(OffsetRange range)
    {
        Accounted.Add(range.From, range.To);
        if (IsShaped)
            _stages!.Pulled.Add(range.From, range.To);
    }
}
