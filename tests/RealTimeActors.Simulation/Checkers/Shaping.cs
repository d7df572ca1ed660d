using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// 13: a subscription gets what it asked for, in the shape it asked for: nothing that its filter leaves out, nothing but its fields, nothing before its quiet time is over,
/// not more in a second than it takes, nothing older after something newer that stands for it; and what gives way gives way to something.
/// </summary>
internal sealed class Shaping : Checker
{
    public override void OnSent(LinkView link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Event { Body: var body } when link.Subscriptions.GetValueOrDefault(body.Channel) is { IsEnded: false } subscription:
                OnEvent(link, subscription, body);
                break;
            case ServerFrame.Lag lag when link.Subscriptions.GetValueOrDefault(lag.Channel) is { IsEnded: false } subscription:
                OnLag(link, subscription, lag);
                break;
        }
    }

    public override void AtRest()
    {
        foreach (var link in Seen.Links.Where(link => link.Link.IsOpen))
        {
            foreach (var subscription in link.Subscriptions.Values.Where(subscription => !subscription.IsEnded))
                Require(subscription.Lag is null, $"{link.Name} was told that it is behind in {subscription.Channel} ({subscription.Lag}), is at the head, and was not told so.");
        }
    }

    /// <summary>Whether a wanted event may be skipped: it is no immediate one, and a newer one that stands for it is there. That the newest of all is not skipped follows.</summary>
    public bool MayGiveWay(SubscriptionView subscription, ChannelEvent e)
    {
        var log = Seen.Truth.Present(subscription.Channel);
        for (var offset = e.Offset + 1; offset <= log.Count; offset++)
        {
            if (!subscription.Model.MayGiveWay(e, log[(int)offset - 1].Event, subscription.WasBehind))
                continue;

            Seen.Sometimes.Count("an event gives way to a newer one");
            return true;
        }

        return false;
    }

    private void OnEvent(LinkView link, SubscriptionView subscription, ChannelEvent e)
    {
        var model = subscription.Model;
        Require(model.IsWanted(e), $"{link.Name} filters {e.Channel}, and was sent {e.Type} {e.Key} of {e.Source} at {e.Offset}.");
        CheckRate(link, subscription, e);
        CheckQuiet(link, subscription, e);
        CheckOlder(link, subscription, e);
    }

    private void OnLag(LinkView link, SubscriptionView subscription, ServerFrame.Lag lag)
    {
        var policy = subscription.Request?.Overflow ?? (Seen.ChannelOf(lag.Channel).IsDurable ? OverflowPolicy.CatchUp : OverflowPolicy.DropOldest);
        var isRight = lag.Mode switch
        {
            "live" => true,
            "catchUp" => policy == OverflowPolicy.CatchUp,
            "conflating" => policy == OverflowPolicy.Conflate,
            _ => false,
        };
        Require(isRight, $"{link.Name} asked for {policy}, and was told {Line.Of(lag)}.");
        subscription.WasBehind |= lag.Mode == "conflating";
        subscription.Lag = lag.Mode == "live" ? null : lag.Mode;
        if (lag.Mode == "conflating")
            Seen.Sometimes.Count("a subscription falls behind and keeps the newest of each key");
    }

    /// <summary>Counted from the hello on: what waited in a connection that was blocked comes in a lump, but never more than its time has let out.</summary>
    private void CheckRate(LinkView link, SubscriptionView subscription, ChannelEvent e)
    {
        if (subscription.Model.MaxPerSecond is not { } max || (e.Priority == Priority.Critical && !subscription.Model.IsInOrder))
            return;

        subscription.Counted++;
        var seconds = (long)(Seen.Now - link.HelloAt).TotalSeconds + 1;
        Require(
            subscription.Counted <= max * seconds,
            $"{link.Name} takes {max} events of {e.Channel} per second, and was sent {subscription.Counted} in {seconds} s.");
        if (subscription.Counted == max)
            Seen.Sometimes.Count("a rate is reached");
    }

    /// <summary>Debounce lets one out when its scope was quiet, or when the first that the scope has kept back has waited for the longest time.</summary>
    private void CheckQuiet(LinkView link, SubscriptionView subscription, ChannelEvent e)
    {
        var model = subscription.Model;
        if (model.DebounceMs == 0 || model.IsImmediate(e))
            return;

        if (Seen.NowUnixMs - e.TimeUnixMs >= Math.Min(model.DebounceMs, model.DebounceMaxMs) || !Seen.ChannelOf(e.Channel).IsDurable)
            return;

        var log = Seen.Truth.Present(e.Channel);
        for (var offset = subscription.Start + 1; offset <= log.Count; offset++)
        {
            var first = log[(int)offset - 1].Event;
            var hasWaited = Seen.NowUnixMs - first.TimeUnixMs >= model.DebounceMaxMs && subscription.Accounts.GetValueOrDefault(offset) != Account.Event;
            if (hasWaited && model.IsWanted(first) && !model.IsImmediate(first) && model.ScopeOf(first) == model.ScopeOf(e))
            {
                Seen.Sometimes.Count("debounce lets one out because the first has waited for long");
                return;
            }
        }

        Fail($"{link.Name} wants {e.Channel} to be quiet for {model.DebounceMs} ms, and was sent offset {e.Offset} after {Seen.NowUnixMs - e.TimeUnixMs} ms.");
    }

    /// <summary>Before an event is sent the older ones that it stands for are accounted for: who comes back never gets one of them after it.</summary>
    private void CheckOlder(LinkView link, SubscriptionView subscription, ChannelEvent e)
    {
        if (!subscription.Model.MayStandForOlder(e) || !Seen.ChannelOf(e.Channel).IsDurable)
            return;

        var log = Seen.Truth.Present(e.Channel);
        for (var offset = e.Offset - 1; offset > subscription.Start; offset--)
        {
            var older = log[(int)offset - 1].Event;

            // Lanes overtake one another, and what was too late is told when it suits.
            if (older.Priority != e.Priority || older.TtlMs > 0 || !subscription.Model.IsWanted(older) || !subscription.Model.MayGiveWay(older, e, wasBehind: false))
                continue;

            Require(
                subscription.Accounts.ContainsKey(offset) || Seen.Cursors.MayBeAcked(link.Session, e.Channel, subscription.Epoch, offset),
                $"{link.Name} was sent offset {e.Offset} of {e.Channel} before it was told what becomes of {offset}, for which it stands.");
            return;
        }
    }
}
