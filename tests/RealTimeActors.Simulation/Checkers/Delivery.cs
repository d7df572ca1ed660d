using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>8: after its position a subscription is told of every offset once, as event, skip or gap, each for a good reason; and the application gets it once.</summary>
internal sealed partial class Delivery : Checker
{
    private readonly Dictionary<(ClientSubscription Subscription, string Epoch), HashSet<long>> _delivered = [];

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        switch (frame)
        {
            case ServerFrame.Event { Body: var body }:
                OnEvent(link, body);
                break;
            case ServerFrame.Skip skip:
                OnSkip(link, skip);
                break;
            case ServerFrame.Gap gap:
                OnGap(link, gap);
                break;
            case ServerFrame.Lag { Mode: "catchUp" }:
                Seen.Sometimes.Count("a subscription falls behind");
                break;
        }
    }

    public override void OnDelivered(SimulatedClient client, ClientEffect.Deliver delivery)
    {
        var key = (delivery.Subscription, delivery.Epoch);
        if (!_delivered.TryGetValue(key, out var offsets))
            _delivered.Add(key, offsets = []);

        Require(offsets.Add(delivery.Event.Offset), $"{client.Name} handed offset {delivery.Event.Offset} of {delivery.Event.Channel} to its application twice.");
    }

    public override void AtRest()
    {
        foreach (var client in Seen.Clients)
        {
            if (client.Link is not { } link || Seen.Links.FirstOrDefault(view => view.Link == link) is not { } view)
                continue;

            foreach (var subscription in view.Subscriptions.Values.Where(subscription => !subscription.IsEnded))
            {
                var head = Head(subscription);
                Require(
                    subscription.Accounted.Prefix >= head,
                    $"{view.Name} follows {subscription.Channel} from {subscription.Start} and was told of everything up to {subscription.Accounted.Prefix}; the head is {head}, and nothing moves.");
            }

            foreach (var ledger in client.Ledgers)
                CheckLedger(client, ledger);
        }
    }

    private void CheckLedger(SimulatedClient client, ApplicationLedger ledger)
    {
        if (!Seen.ChannelOf(ledger.Channel).IsDurable || ledger.Epoch is null || ledger.IsUnknown)
            return;

        var log = Seen.Truth.Present(ledger.Channel);
        for (var offset = ledger.Start + 1; offset <= log.Count; offset++)
        {
            var e = log[(int)offset - 1].Event;
            var isWanted = ledger.Model.IsWanted(e) && e.TtlMs == 0;
            Require(
                !isWanted || ledger.IsDone(offset) || ledger.IsLost(offset) || HasGivenWay(ledger, e, log),
                $"The application of {client.Name} follows {ledger.Channel} from {ledger.Start}, and never got offset {offset} nor was told that it is lost.");
        }
    }

    /// <summary>A newer one stands for it, or one that stands for that.</summary>
    private static bool HasGivenWay(ApplicationLedger ledger, ChannelEvent e, IReadOnlyList<TrueEvent> log)
    {
        for (var offset = e.Offset + 1; offset <= log.Count; offset++)
        {
            if (ledger.Model.MayGiveWay(e, log[(int)offset - 1].Event, wasBehind: ledger.Model.KeepsNewestWhileBehind))
                return true;
        }

        return false;
    }

    private long Head(SubscriptionView subscription) => Seen.ChannelOf(subscription.Channel).IsDurable
        ? Seen.Truth.Head(subscription.Channel)
        : subscription.Accounted.Highest;

    private void OnEvent(LinkView link, ChannelEvent body)
    {
        if (!link.Subscriptions.TryGetValue(body.Channel, out var subscription) || subscription.IsEnded)
        {
            Fail($"{link.Name} does not follow {body.Channel}, and was sent its offset {body.Offset}.");
            return;
        }

        Tell(link, subscription, body.Offset, Account.Event);
        Require(body.Priority <= subscription.Least, $"{link.Name} wants priority {subscription.Least} or higher of {body.Channel}, and was sent {body.Priority} at {body.Offset}.");

        var line = subscription.Model.LineOf(body);
        var highest = subscription.HighestPerLine.GetValueOrDefault(line);
        Require(body.Offset > highest, $"{link.Name} was sent offset {body.Offset} of {body.Channel} after {highest}, against its order ({subscription.Order} {line}).");
        subscription.HighestPerLine[line] = body.Offset;
    }

    private void OnSkip(LinkView link, ServerFrame.Skip skip)
    {
        if (!TryFind(link, skip.Channel, out var subscription))
            return;

        Seen.Sometimes.Count("an offset is skipped");
        for (var offset = skip.From; offset <= skip.To; offset++)
        {
            Tell(link, subscription, offset, Account.Skip);
            if (!Seen.ChannelOf(skip.Channel).IsDurable)
                continue;

            var e = Seen.Truth.Find(skip.Channel, offset)?.Event;
            var isLeftOut = e is not null
                && (!subscription.Model.IsWanted(e) || (e.TtlMs > 0 && e.TimeUnixMs + e.TtlMs <= Seen.NowUnixMs) || Seen.Shaping.MayGiveWay(subscription, e));
            Require(
                isLeftOut || Seen.Cursors.MayBeAcked(link.Session, skip.Channel, subscription.Epoch, offset),
                $"{link.Name} wants offset {offset} of {skip.Channel} ({e?.Priority} {e?.Type} {e?.Key}, accepted {Seen.NowUnixMs - e?.TimeUnixMs} ms ago, lives for {e?.TtlMs}) and has not acked it, and it was skipped.");
        }
    }

    private void OnGap(LinkView link, ServerFrame.Gap gap)
    {
        if (!TryFind(link, gap.Channel, out var subscription))
            return;

        Seen.Sometimes.Count($"a gap is told ({gap.Reason})");
        for (var offset = gap.From; offset <= gap.To; offset++)
            Tell(link, subscription, offset, Account.Gap);

        var channel = Seen.ChannelOf(gap.Channel);
        if (!channel.IsDurable)
            return;

        if (gap.Reason == "overflow")
            Require(subscription.Request?.Overflow == OverflowPolicy.DropOldest, $"{link.Name} did not ask for dropOldest, and lost {Line.Of(gap)}.");
        else
            CheckRetention(link, gap.Channel, gap.To);
    }

    private void CheckRetention(LinkView link, string channel, long lostTo)
    {
        var head = Seen.Truth.Head(channel);
        var notRetained = Seen.ChannelOf(channel).NotRetained(head);
        Require(lostTo <= notRetained, $"{link.Name} was told that offsets up to {lostTo} of {channel} are lost; at head {head} everything after {notRetained} is retained.");
    }

    private bool TryFind(LinkView link, string channel, out SubscriptionView subscription)
    {
        subscription = link.Subscriptions.GetValueOrDefault(channel)!;
        Require(subscription is { IsEnded: false }, $"{link.Name} does not follow {channel}, and was told of its offsets.");
        return true;
    }

    private void Tell(LinkView link, SubscriptionView subscription, long offset, Account how)
    {
        Require(
            offset > subscription.Start,
            $"{link.Name} follows {subscription.Channel} after {subscription.Start}, and was told of {offset} ({how}).");
        Require(
            subscription.Accounts.TryAdd(offset, how),
            $"{link.Name} was told of offset {offset} of {subscription.Channel} twice: as {subscription.Accounts.GetValueOrDefault(offset)}, and as {how}.");
        subscription.Accounted.Add(offset);
    }
}
