using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Channels that are followed as a state: the snapshot in parts, then what changes.
public sealed partial class ClientMachine
{
    /// <summary>Follows the state of a channel.</summary>
    /// <param name="now">The time.</param>
    /// <param name="request">As it goes out; mode and <c>From</c> are filled in.</param>
    /// <param name="kept">The document that a former process kept: only what has changed since is asked for. null: there is none, and the whole is.</param>
    /// <exception cref="ArgumentException">A pattern, or a document of another channel or of other fields.</exception>
    /// <exception cref="InvalidOperationException">The channel is followed already, or the client is closed.</exception>
    public ClientSubscription FollowState(TimeSpan now, ClientFrame.Subscribe request, KeptState? kept = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Protocol.Names.ChannelPattern.IsPattern(request.Channel))
            throw new ArgumentException($"A state is of one channel; {request.Channel} is a pattern.", nameof(request));
        if (kept is not null && (kept.Channel != request.Channel || !(kept.Fields ?? []).SequenceEqual(request.Fields ?? [])))
            throw new ArgumentException($"A kept document of {request.Channel} with the same fields is expected; one of {kept.Channel} came.", nameof(kept));

        var subscription = Subscribe(now, request with { Mode = SubscriptionMode.State, From = From.Now, Order = DeliveryOrder.Offset, Shape = null, Filter = null, Priority = null }, null, kept);
        if (_mutations.LaneOf(request.Channel) is { } lane)
        {
            foreach (var entry in lane.Entries.Where(entry => entry.IsShown))
                subscription.View!.Show(entry.Mutation);
        }

        ShowState(subscription);
        return subscription;
    }

    private void BeginState(TimeSpan now, ClientSubscription subscription, ServerFrame.Subscribed subscribed, bool isFresh)
    {
        var view = subscription.View!;
        var goesOn = subscribed.Recovered == Recovered.Full && subscription.AskedFrom is not From.AtNow && subscription.Epoch == subscribed.Epoch;
        subscription.AskedFrom = null;
        if (goesOn && (!view.IsWhole || subscribed.Offset > subscription.ReceivedPrefix))
        {
            // The server would go on behind what is known, as a session's cursor may be beyond a kept document. A document has no holes.
            Resync(now, subscription);
            return;
        }

        if (goesOn)
        {
            subscription.ForgetAcks();
        }
        else
        {
            var isAnotherLife = !isFresh && subscription.Epoch != subscribed.Epoch;
            if (isAnotherLife)
                Tell(subscription, new SubscriptionNotice.Reset(subscribed.Epoch, subscribed.Reason ?? "the log began another life"));
            if (isAnotherLife)
                ForgetBases(now, subscription.Channel);
            subscription.Restart(subscribed.Epoch, subscribed.Offset);
            view.AwaitSnapshot();
        }

        Tell(subscription, new SubscriptionNotice.Started(subscribed.Epoch, subscribed.Offset, subscribed.Head, subscribed.Recovered));
        AckLater(now, subscription);
    }

    private void OnState(TimeSpan now, ServerFrame.State part)
    {
        if (FindActive(part.Channel) is not { View: { } view } subscription)
            return;

        var isWhole = view.Take(part, subscription.Epoch!);
        if (view.Bytes > _options.StateBytesMax)
        {
            EndTooLarge(now, subscription, view);
            return;
        }

        if (!isWhole)
            return;

        subscription.Account(new OffsetRange(1, part.Offset));
        view.Advance(subscription.ReceivedPrefix);
        ShowState(subscription);
        AckLater(now, subscription);
    }

    private void OnChange(TimeSpan now, ServerFrame.Change change)
    {
        if (_options.CreditWindow is not null && --_creditAtServer < 0)
        {
            Fault(now, "More changes came than credit was given for.");
            return;
        }

        // A change is done with when it is in the document, which is bounded: nothing waits for the application, and the credit goes back at once.
        Owe(now, 1);
        if (FindActive(change.Channel) is not { View: { } view } subscription || !HasRoomBeforeSuccession(subscription, change.Offset) || subscription.HasReceived(change.Offset))
        {
            EventsDropped++;
            return;
        }

        if (!view.IsWhole || change.Offset != subscription.ReceivedPrefix + 1)
        {
            // A patch on anything but what it was made for is a lie.
            Resync(now, subscription);
            return;
        }

        subscription.Receive(change.Offset);
        subscription.Process(subscription.Life, change.Offset);
        view.Take(change);
        view.Advance(subscription.ReceivedPrefix);
        if (view.Bytes > _options.StateBytesMax)
        {
            EndTooLarge(now, subscription, view);
            return;
        }

        ShowState(subscription);
        AckLater(now, subscription);
    }

    /// <summary>What does not concern this client has moved the prefix.</summary>
    private void AdvanceState(ClientSubscription subscription)
    {
        if (subscription.View is not { IsWhole: true } view)
            return;

        view.Advance(subscription.ReceivedPrefix);
        ShowState(subscription);
    }

    /// <summary>Changes are lost. With a snapshot nothing is: the application need not know.</summary>
    private void CloseGap(TimeSpan now, ClientSubscription subscription)
    {
        if (subscription.View!.IsWhole)
            Resync(now, subscription);
    }

    /// <summary>The whole document is asked for anew; until it is there the former one is seen.</summary>
    private void Resync(TimeSpan now, ClientSubscription subscription)
    {
        subscription.IsResyncing = true;
        subscription.View!.AwaitSnapshot();
        if (_phase == ConnectionPhase.Welcomed)
            Ask(now, subscription);
    }

    private void EndTooLarge(TimeSpan now, ClientSubscription subscription, StateView view)
    {
        Send(now, new ClientFrame.Unsubscribe(subscription.Channel));
        EndSubscription(subscription, (int)ErrorCode.TooLarge,
            $"The state of {subscription.Channel} has {view.Bytes} bytes; {nameof(ClientMachineOptions.StateBytesMax)} is {_options.StateBytesMax}. Ask for fewer fields, or let it be larger.");
    }

    private void ShowState(ClientSubscription subscription)
    {
        if (subscription.View is { } view)
            Emit(new ClientEffect.StateShown(subscription, view.Snapshot, view.TakeChanges()));
    }

    private StateView? ViewOf(string channel) => _byChannel.TryGetValue(channel, out var subscription) ? subscription.View : null;

    /// <summary>The confirmed version that is seen; 0: there is no such entry. null: that is not known, or it is of another life of the log than the present.</summary>
    private long? SeenVersionOf(string channel, string key) =>
        _byChannel.TryGetValue(channel, out var subscription) && subscription.View is { Epoch: { } epoch } view && epoch == subscription.Epoch ? view.ConfirmedOf(key)?.Version ?? 0 : null;
}
