using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Events in, credit and acks out.
public sealed partial class ClientMachine
{
    private readonly List<ClientSubscription> _acksWaiting = [];
    private TimeSpan? _ackAt;

    // The window is always the sum of three: what the server may still send, what the application has, what is owed to the server.
    private int _creditAtServer;
    private int _creditAtApplication;
    private int _creditOwed;

    /// <summary>Events that were delivered and are not handled yet.</summary>
    public int EventsInHand => _creditAtApplication;

    /// <summary>The application is done with an event: its credit goes back, and with <see cref="AckMode.Auto"/> it is acked.</summary>
    public void Handled(TimeSpan now, ClientEffect.Deliver delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (delivery.Subscription.Request.AckMode == AckMode.Auto && !delivery.IsNacked)
            Acknowledge(now, delivery);
        Released(now, delivery);
    }

    /// <summary>The application will not handle an event, or has handled it without being done with it: its credit goes back, no ack is made.</summary>
    public void Released(TimeSpan now, ClientEffect.Deliver delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (delivery.IsSettled)
            return;

        delivery.IsSettled = true;
        _creditAtApplication--;
        Owe(now, 1);
    }

    /// <summary>Acks one event; with <see cref="AckMode.Manual"/> this is the application's to call. Events may be acked in any order.</summary>
    public void Acknowledge(TimeSpan now, ClientEffect.Deliver delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var subscription = delivery.Subscription;
        if (subscription.Process(delivery.Life, delivery.Event.Offset) && !subscription.IsEnded)
            AckLater(now, subscription);
    }

    /// <summary>The application could not process an event: it is not acked, and the server delivers it again after a pause, or gives it up after too many attempts. May be called in either ack mode.</summary>
    /// <param name="now">The time.</param>
    /// <param name="delivery">The event.</param>
    /// <param name="reason">Why, for whoever looks at the dead letters.</param>
    /// <exception cref="InvalidOperationException">The subscription keeps no cursor.</exception>
    public void Nack(TimeSpan now, ClientEffect.Deliver delivery, string? reason)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var subscription = delivery.Subscription;
        if (!subscription.KeepsCursor)
            throw new InvalidOperationException($"The subscription to {subscription.Channel} does not ack, so nothing of it can be delivered again; subscribe with acks.");
        if (subscription.IsEnded || !subscription.Nack(delivery.Life, delivery.Event.Offset, delivery.Attempt, reason))
            return;

        delivery.IsNacked = true;
        if (subscription.IsActive && _phase == ConnectionPhase.Welcomed)
            Send(now, new ClientFrame.Nack(subscription.Channel, delivery.Event.Offset, reason));
    }

    private void OnEvent(TimeSpan now, ServerFrame.Event frame)
    {
        if (_options.CreditWindow is not null && --_creditAtServer < 0)
        {
            Fault(now, "More events came than credit was given for.");
            return;
        }

        var body = frame.Body;
        if (FindActive(body.Channel) is not { } subscription || !HasRoomBeforeSuccession(subscription, body.Offset)
            || !(subscription.Receive(body.Offset) || subscription.ReceiveAgain(body.Offset, frame.Attempt)))
        {
            // A server that sends it as if nothing had been said has not heard of the nack.
            if (FindActive(body.Channel)?.NackOf(body.Offset) is { } nack)
                Send(now, nack);

            EventsDropped++;
            Owe(now, 1);
            return;
        }

        _creditAtApplication++;
        Emit(new ClientEffect.Deliver(subscription, subscription.Epoch!, body, frame.Attempt) { Life = subscription.Life });
        CheckRanges(now, subscription);
    }

    private void OnSkip(TimeSpan now, ServerFrame.Skip skip)
    {
        if (FindActive(skip.Channel) is not { } subscription)
            return;

        subscription.Account(new OffsetRange(skip.From, skip.To));
        AdvanceState(subscription);
        AckLater(now, subscription);
        CheckRanges(now, subscription);
    }

    private void OnGap(TimeSpan now, ServerFrame.Gap gap)
    {
        if (FindActive(gap.Channel) is not { } subscription)
            return;

        if (subscription.View is not null)
        {
            CloseGap(now, subscription);
            return;
        }

        AccountLost(subscription, new OffsetRange(gap.From, gap.To), gap.Reason);
        AckLater(now, subscription);
        CheckRanges(now, subscription);
    }

    private void OnLag(ServerFrame.Lag lag)
    {
        if (FindActive(lag.Channel) is { } subscription)
            Tell(subscription, new SubscriptionNotice.Lag(lag.Behind, lag.Mode));
    }

    /// <summary>What of the range was not received is lost, and the application is told of exactly that.</summary>
    private void AccountLost(ClientSubscription subscription, OffsetRange lost, string reason)
    {
        foreach (var missing in subscription.MissingWithin(lost))
            Tell(subscription, new SubscriptionNotice.Gap(missing, reason));
        subscription.Account(lost);
    }

    private void CheckRanges(TimeSpan now, ClientSubscription subscription)
    {
        // Resuming from the prefix loses nothing, so it is the outcome when a log is too full of holes to be kept account of.
        if (subscription.RangesAhead > RangesAheadMax)
            Fault(now, $"The events of {subscription.Channel} came with more than {RangesAheadMax} holes between them.");
    }

    private long? CreditForHello()
    {
        if (_options.CreditWindow is not { } window)
            return null;

        _creditOwed = 0;
        _creditAtServer = window - _creditAtApplication;
        return _creditAtServer;
    }

    private void Owe(TimeSpan now, int events)
    {
        if (_options.CreditWindow is not { } window)
            return;

        // Half a window at a time: while less than that is owed, the rest is still at the server or in the application's hands.
        // What a successor was promised in its hello is counted already, so the connection that it replaces gets no more.
        _creditOwed += events;
        if (_phase != ConnectionPhase.Welcomed || _successor is { IsGreeting: true } || _creditOwed < Math.Max(1, window / 2))
            return;

        _creditAtServer += _creditOwed;
        Send(now, new ClientFrame.Credit(_creditOwed));
        _creditOwed = 0;
    }

    private void AckLater(TimeSpan now, ClientSubscription subscription)
    {
        if (!subscription.KeepsCursor || _phase != ConnectionPhase.Welcomed || subscription.AckWaits)
            return;

        subscription.AckWaits = true;
        _acksWaiting.Add(subscription);
        _ackAt ??= now + _options.AckDelay;
        if (_options.AckDelay == TimeSpan.Zero)
            FlushAcks(now);
    }

    private void FlushAcks(TimeSpan now)
    {
        foreach (var subscription in _acksWaiting)
        {
            if (subscription.IsActive && subscription.TakeAck() is { } ack)
                Send(now, ack);
            subscription.AckWaits = false;
        }

        _acksWaiting.Clear();
        _ackAt = null;
    }

    private const int RangesAheadMax = 10_000;
}
