using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Machine.Subscriptions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Client.Machine;

// What is followed, and how it is taken up again on each connection.
public sealed partial class ClientMachine
{
    /// <summary>In the order in which they were asked for; the dictionary only finds them.</summary>
    private readonly List<ClientSubscription> _subscriptions = [];
    private readonly Dictionary<string, ClientSubscription> _byChannel = new(StringComparer.Ordinal);

    /// <summary>What the session follows and this process does not yet: where it left off. Its events are not taken and not acked until somebody asks.</summary>
    private readonly Dictionary<string, ServerFrame.Subscribed> _leftOff = new(StringComparer.Ordinal);

    /// <summary>Left while there was no connection to say so on: the server goes on with them as part of the session until it is told.</summary>
    private readonly HashSet<string> _leftUntold = new(StringComparer.Ordinal);

    /// <summary>Follows a channel until it is unsubscribed from, or refused for good, or the client is closed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="request">As it goes out; its id is not used, and its <c>From</c> only until a position is known.</param>
    /// <param name="fromWhenNew">With a request from the session's cursor: where to begin when the session has none in this channel; null: wherever the server begins (now).</param>
    /// <exception cref="InvalidOperationException">The channel or pattern is followed already, or the client is closed.</exception>
    public ClientSubscription Subscribe(TimeSpan now, ClientFrame.Subscribe request, From? fromWhenNew = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Mode == SubscriptionMode.State ? FollowState(now, request) : Subscribe(now, request, fromWhenNew, null);
    }

    private ClientSubscription Subscribe(TimeSpan now, ClientFrame.Subscribe request, From? fromWhenNew, KeptState? kept)
    {
        if (ChannelPattern.IsPattern(request.Channel) && (request.From is From.Position || fromWhenNew is From.Position))
            throw new ArgumentException($"A position is of one channel, and {request.Channel} means many: now, earliest, the last n or the session's cursor is expected.", nameof(request));
        if (IsOver)
            throw new InvalidOperationException("The client is closed; nothing can be followed any more.");
        if (_byChannel.ContainsKey(request.Channel))
            throw new InvalidOperationException($"The channel {request.Channel} is followed already; a client follows each channel once.");

        _leftOff.Remove(request.Channel, out var leftOff);
        var subscription = new ClientSubscription(request, kept) { LeftOff = request.From is From.AtSession ? leftOff : null, FromWhenNew = fromWhenNew };
        _subscriptions.Add(subscription);
        _byChannel.Add(request.Channel, subscription);
        if (leftOff is not null && IsLeftToSession(subscription))
            TakeUpFromSession(now);
        else if (_phase == ConnectionPhase.Welcomed)
            Ask(now, subscription);
        return subscription;
    }

    /// <summary>Stops following. What was delivered and not handled yet may still be acked on this connection's next frame only if it was handled before.</summary>
    public void Unsubscribe(TimeSpan now, ClientSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        if (subscription.IsEnded)
            return;

        if (_phase == ConnectionPhase.Welcomed)
        {
            FlushAcks(now);
            if (subscription.Phase is SubscriptionPhase.Requested or SubscriptionPhase.Active)
                SayUnsubscribe(now, subscription.Channel);
            if (_successor is not null)
                _leftUntold.Add(subscription.Channel);
        }
        else if (subscription.Epoch is not null || subscription.Phase == SubscriptionPhase.Requested)
        {
            _leftUntold.Add(subscription.Channel);
        }

        Remove(subscription);
    }

    private List<ClientSubscription> SubscriptionsForHello()
    {
        // One hello is one frame. What would not fit is asked for after the welcome.
        var asked = new List<ClientSubscription>();
        var bytes = 0;
        foreach (var subscription in _subscriptions)
        {
            // Whether the session has a cursor for it is known with the welcome, and so is whether it brings the pattern back by itself.
            if (subscription.Phase == SubscriptionPhase.Pausing || subscription.AwaitsSession || IsLeftToSession(subscription) || IsAwaitedHere(subscription))
                continue;

            bytes += BytesOf(RequestOf(subscription));
            if (bytes > HelloSubscriptionBytesMax)
                break;

            asked.Add(subscription);
        }

        return asked;
    }

    /// <summary>A hello of a successor: what was asked for on the connection that still counts may be answered there, and begin. To ask for it twice would be two beginnings; where it stands then is
    /// asked for after the welcome.</summary>
    private bool IsAwaitedHere(ClientSubscription subscription) => _phase == ConnectionPhase.Welcomed && subscription.Epoch is null;

    private void ResumeSubscriptions(TimeSpan now, ServerFrame.Welcome welcome)
    {
        _leftOff.Clear();
        foreach (var subscribed in welcome.Subscriptions)
        {
            if (_byChannel.TryGetValue(subscribed.Channel, out var followed) && followed.Phase == SubscriptionPhase.Detached && IsLeftToSession(followed))
                followed.Phase = SubscriptionPhase.Requested;

            // One that the hello did not name was asked for after it, or did not fit: it is asked for below, from where the session left off.
            if (followed is not null && followed.Phase != SubscriptionPhase.Requested)
                followed.LeftOff = followed.Request.From is From.AtSession ? subscribed : null;
            else if (followed is not null)
                OnSubscribed(now, subscribed);
            else if (_leftUntold.Contains(subscribed.Channel))
                Send(now, new ClientFrame.Unsubscribe(subscribed.Channel));
            else
                _leftOff[subscribed.Channel] = subscribed;
        }

        _leftUntold.Clear();

        foreach (var subscription in _subscriptions)
        {
            if (subscription.Phase == SubscriptionPhase.Detached)
                Ask(now, subscription);
            else if (subscription.Phase == SubscriptionPhase.Requested)
                subscription.RetryAt = now + _options.AnswerWithin;
        }
    }

    private void OnSubscribed(TimeSpan now, ServerFrame.Subscribed subscribed)
    {
        if (IsOfPattern(subscribed))
        {
            OnSubscribedByPattern(now, subscribed);
            return;
        }

        if (!_byChannel.TryGetValue(subscribed.Channel, out var subscription) || subscription.Phase is not (SubscriptionPhase.Requested or SubscriptionPhase.Active))
            return;

        // An answer to a former subscription of the same channel.
        if (subscribed.Id != 0 && subscription.AnswerId != 0 && subscribed.Id != subscription.AnswerId)
            return;

        // From here on the channel's events are this subscription's.
        RemoveMember(subscribed.Channel);
        Begin(now, subscription, subscribed);
    }

    private void Begin(TimeSpan now, ClientSubscription subscription, ServerFrame.Subscribed subscribed)
    {
        var isFresh = subscription.Epoch is null;
        var isReset = subscription.BeginsAnew(subscribed);
        subscription.Phase = SubscriptionPhase.Active;
        subscription.AnswerId = 0;
        subscription.RetryAt = null;
        subscription.Attempts = 0;
        subscription.TokenAttempts = 0;
        subscription.IsResyncing = false;
        if (subscription.View is not null)
        {
            BeginState(now, subscription, subscribed, isFresh);
            return;
        }

        if (isReset || (isFresh && subscription.LeftOff?.Recovered == Recovered.Reset))
            Tell(subscription, new SubscriptionNotice.Reset(subscribed.Epoch, subscribed.Reason ?? "the log began another life"));
        if (isFresh || isReset)
            subscription.Restart(subscribed.Epoch, subscribed.Missing is { } lost ? Math.Min(lost.From - 1, subscribed.Offset) : subscribed.Offset);
        else
            subscription.ForgetAcks();

        Tell(subscription, new SubscriptionNotice.Started(subscribed.Epoch, subscribed.Offset, subscribed.Head, subscription.RecoveredOf(subscribed, isFresh, isReset)));
        if (subscribed.Missing is { } missing)
            AccountLost(subscription, missing, subscribed.Reason ?? "not retained");

        // Only what is after the offset follows: whatever of it was neither received nor named is lost all the same, and is said to be.
        AccountLost(subscription, new OffsetRange(1, subscribed.Offset), "the server went on behind it");

        // Whether a nack arrived is not known; one that did is not counted twice.
        foreach (var nack in subscription.Nacks)
            Send(now, nack);
        AckLater(now, subscription);
    }

    private void OnUnsubscribed(TimeSpan now, ServerFrame.Unsubscribed unsubscribed)
    {
        if (FindActive(unsubscribed.Channel) is { Parent: not null } member)
        {
            Withdraw(member, unsubscribed);
            return;
        }

        if (!_byChannel.TryGetValue(unsubscribed.Channel, out var subscription) || subscription.Phase is not (SubscriptionPhase.Requested or SubscriptionPhase.Active))
            return;

        if (unsubscribed.Code is >= 2500 and < 3000)
            Pause(now, subscription, unsubscribed.Code, unsubscribed.Reason, TimeSpan.Zero);
        else if (unsubscribed.Code == UnsubscribeCode.RightMissing && subscription is { Phase: SubscriptionPhase.Requested, AnswerId: 0 } && MayUseSessionCursor(subscription))
            AskFromSessionCursor(now, subscription); // It was asked for in the hello, from a position.
        else
            EndSubscription(subscription, unsubscribed.Code, unsubscribed.Reason);
    }

    private void OnSubscribeError(TimeSpan now, ClientSubscription subscription, ServerFrame.Error error)
    {
        var after = TimeSpan.FromMilliseconds(error.AfterMs ?? 0);
        switch (ErrorCodes.RetryOf(error.Code))
        {
            case RetryClass.Same or RetryClass.Backoff:
                Pause(now, subscription, (int)error.Code, error.Message, after);
                break;
            case RetryClass.Resync when subscription.Epoch is not null && !subscription.IsResyncing:
                subscription.IsResyncing = true;
                Ask(now, subscription);
                break;
            case RetryClass.Token when _options.UsesTokens && subscription.TokenAttempts++ == 0:
                RenewToken(now, error.Message);
                break;
            case RetryClass.Never when error.Code == ErrorCode.Forbidden && MayUseSessionCursor(subscription):
                AskFromSessionCursor(now, subscription);
                break;
            default:
                EndSubscription(subscription, (int)error.Code, error.Message);
                break;
        }
    }

    /// <summary>A position takes the right to read history; the session's own cursor does not. Where none is kept it means now, and what was missed is told as lost.</summary>
    private static bool MayUseSessionCursor(ClientSubscription subscription) =>
        subscription.NextFrom is From.Position && (subscription.KeepsCursor || subscription.Epoch is not null);

    private void AskFromSessionCursor(TimeSpan now, ClientSubscription subscription)
    {
        subscription.UsesSessionCursor = true;
        Ask(now, subscription);
    }

    private void Ask(TimeSpan now, ClientSubscription subscription)
    {
        subscription.Phase = SubscriptionPhase.Requested;
        subscription.AnswerId = NextId();
        subscription.RetryAt = null;
        Send(now, RequestOf(subscription) with { Id = subscription.AnswerId });
    }

    private void Pause(TimeSpan now, ClientSubscription subscription, int code, string reason, TimeSpan after)
    {
        var pause = Backoff.Pause(_advice, subscription.Attempts++, _chance());
        subscription.Phase = SubscriptionPhase.Pausing;
        subscription.AnswerId = 0;
        subscription.RetryAt = now + (after > pause ? after : pause);
        Tell(subscription, new SubscriptionNotice.Interrupted(code, reason));
    }

    private void DetachSubscriptions()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.AnswerId = 0;
            subscription.AckWaits = false;
            if (subscription.Phase != SubscriptionPhase.Pausing)
            {
                subscription.Phase = SubscriptionPhase.Detached;
                subscription.RetryAt = null;
            }
        }

        DetachMembers();
        _acksWaiting.Clear();
        _ackAt = null;
    }

    private void EndSubscriptions(int code, string reason)
    {
        foreach (var subscription in _subscriptions.ToList())
            EndSubscription(subscription, code, reason);
    }

    private void EndSubscription(ClientSubscription subscription, int code, string reason)
    {
        Remove(subscription);
        Tell(subscription, new SubscriptionNotice.Ended(code, reason));
    }

    private void Remove(ClientSubscription subscription)
    {
        subscription.Phase = SubscriptionPhase.Ended;
        subscription.AnswerId = 0;
        subscription.RetryAt = null;
        _subscriptions.Remove(subscription);
        _byChannel.Remove(subscription.Channel);
        if (subscription.Pattern is not null)
            RemoveMembersOf(subscription);
        ForgetUntold();
    }

    private ClientSubscription? FindByAnswer(long id) => id == 0 ? null : _subscriptions.Find(subscription => subscription.AnswerId == id);

    private void Tell(ClientSubscription subscription, SubscriptionNotice notice) => Emit(new ClientEffect.Notify(subscription, notice with { Channel = subscription.Channel }));

    private static ClientFrame.Subscribe RequestOf(ClientSubscription subscription)
    {
        subscription.AskedFrom = subscription.NextFrom;
        subscription.IsAskedWhenNew |= subscription is { AwaitsSession: true, LeftOff: null };
        return subscription.Request with { From = subscription.AskedFrom, Presence = subscription.IsInterested ? subscription.Request.Presence : PresenceInterest.None, Id = 0 };
    }

    private static int BytesOf(ClientFrame.Subscribe request) =>
        SubscriptionBytesAtLeast + request.Channel.Length + (request.Fields?.Sum(field => field.Length + 4) ?? 0) + (request.Shape?.Immediate.Sum(type => type.Length + 4) ?? 0)
        + (request.Filter?.Sum(filter => filter.Attribute.Length + 8 + filter.Values.Sum(value => (3 * value.Length) + 4)) ?? 0);

    private TimeSpan? SubscriptionDeadline
    {
        get
        {
            // A subscription that pauses while there is no connection is asked for once there is one.
            var next = _phase == ConnectionPhase.Welcomed ? _ackAt : null;
            if (_phase == ConnectionPhase.Welcomed)
            {
                foreach (var subscription in _subscriptions)
                    next = Earlier(next, subscription.RetryAt);
            }

            return next;
        }
    }

    private void TickSubscriptions(TimeSpan now)
    {
        if (_phase != ConnectionPhase.Welcomed)
            return;

        if (_ackAt <= now)
            FlushAcks(now);
        foreach (var subscription in _subscriptions)
        {
            if (subscription.RetryAt <= now)
                Ask(now, subscription);
        }
    }

    private const int SubscriptionBytesAtLeast = 200;
    private const int HelloSubscriptionBytesMax = 48 * 1024;
}
