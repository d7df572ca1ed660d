using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Following channels: from the client's frame to the channel, to the session, and back to the client with a position.</summary>
internal sealed partial class Connection
{
    private void OnSubscribe(ClientFrame.Subscribe subscribe)
    {
        if (NotEnabledIn(subscribe) is { } what)
        {
            RefuseSubscribe(subscribe, ErrorCode.NotEnabled, $"{what} is not enabled on this server.");
            return;
        }

        if (ChannelPattern.IsPattern(subscribe.Channel))
        {
            OnSubscribePattern(subscribe);
            return;
        }

        if (!ChannelName.TryParse(subscribe.Channel, out var channel, out var error))
        {
            RefuseSubscribe(subscribe, ErrorCode.BadRequest, error);
            return;
        }

        // Before anything else is said of a channel that one may not know of.
        if ((WhyNot(channel, needsHistory: false) ?? WhyNotLook(subscribe.Presence, channel)) is { } missing)
        {
            RefuseSubscribe(subscribe, ErrorCode.Forbidden, missing);
            return;
        }

        if (subscribe.Mode == SubscriptionMode.State && FaultOfState(subscribe, channel) is var (code, message))
        {
            RefuseSubscribe(subscribe, code, message);
            return;
        }

        if (_subscriptions.GetValueOrDefault(channel) is null or { By: not null } && SubscriptionCount >= services.Options.SubscriptionsMax)
        {
            RefuseSubscribe(subscribe, ErrorCode.LimitExceeded, $"A connection has at most {services.Options.SubscriptionsMax} subscriptions.");
            return;
        }

        if (subscribe.From is not From.AtSession)
        {
            _asking.Remove(channel);
            Begin(subscribe, channel, _resumable.GetValueOrDefault(channel));
        }
        else if (_phase == Phase.Joining)
        {
            Begin(subscribe, channel, _resumable.GetValueOrDefault(channel));
        }
        else
        {
            // The acks of this connection have moved the cursor on since hello: the session knows it.
            _asking[channel] = subscribe;
            services.Sessions.Tell(new SessionCommand.ReadCursor(SessionId, _ref!, channel, subscribe));
        }
    }

    private void OnCursor(ClientFrame.Subscribe subscribe, SessionSubscription? cursor)
    {
        var channel = ChannelName.Parse(subscribe.Channel);
        if (_phase == Phase.Ended)
            return;

        if (_asking.GetValueOrDefault(channel) != subscribe)
        {
            Refuse(subscribe, ErrorCode.Conflict, $"Another request about {channel} came before this subscription was made.");
            return;
        }

        _asking.Remove(channel);
        Begin(subscribe, channel, cursor);
    }

    private void Begin(ClientFrame.Subscribe subscribe, ChannelName channel, SessionSubscription? cursor)
    {
        var needsHistory = NeedsHistory(subscribe.From, cursor);
        if (WhyNot(channel, needsHistory) is { } missing)
        {
            RefuseSubscribe(subscribe, ErrorCode.Forbidden, missing);
            return;
        }

        var isDurable = services.Options.SettingsOf(channel).IsDurable;
        var options = SubscriptionOptions.Of(subscribe, isDurable);
        var request = new Request(subscribe.Id, options) { NeedsHistory = needsHistory, Trace = services.Traces?.Begin("subscribe", subscribe.Channel) };
        var from = subscribe.From;
        if (from is From.AtSession)
        {
            // Who followed the events has no state that the changes could build on.
            var goesOn = options.Mode == SubscriptionMode.State && cursor?.Options.Mode == SubscriptionMode.Events ? null : cursor;
            request = request with { Resumed = goesOn };
            from = goesOn is null ? From.Now : FromOf(goesOn);
        }

        if (options.Mode == SubscriptionMode.State)
            _patterns?.RemoveSleeper(channel, out _);
        else
            request = TakeOver(channel, request, ref from);

        Join(channel, request, from);
    }

    /// <summary>Whether it reads what was published before. The session's own cursor may be named as a position, too, and so may what lies behind it: acks reach the session a little late.</summary>
    private static bool NeedsHistory(From from, SessionSubscription? cursor) => from switch
    {
        From.AtNow or From.AtSession => false,
        From.Position position => cursor is null || cursor.Options.AckMode == AckMode.None || position.Epoch != cursor.Epoch || position.Offset < cursor.Prefix,
        _ => true,
    };

    /// <summary>The parts of the contract that a later version of this server enables.</summary>
    private static string? NotEnabledIn(ClientFrame.Subscribe subscribe) => subscribe switch
    {
        { Group: not null } => "group",
        { Mode: SubscriptionMode.State } when ChannelPattern.IsPattern(subscribe.Channel) => "mode state for a pattern (it is there for single channels)",
        { Presence: not PresenceInterest.None } when ChannelPattern.IsPattern(subscribe.Channel) => "presence for a pattern (it is there for single channels)",
        _ => null,
    };

    private From FromOf(SessionSubscription subscription) =>
        subscription.Options.AckMode == AckMode.None || (subscription.NeedsSnapshot && !Has(PlantedBug.StateOwedForgotten)) ? From.Now : new From.Position(subscription.Epoch, subscription.Prefix);

    private void Join(ChannelName channel, Request request, From from)
    {
        if (_subscriptions.TryGetValue(channel, out var former))
            Leave(TakeOut(former));

        var subscription = new Subscription(this, _edge.ChannelOf(channel), request.Options!) { ReadsHistory = request.NeedsHistory, By = request.By, AskedFrom = from, AskedAhead = request.Ahead ?? request.Resumed?.Ahead ?? [], KeepsCursor = request.KeepsCursor || request is { By: not null, KnowsCursor: true } };
        _subscriptions.Add(channel, subscription);
        if (request.By is not null)
            _patterns!.Live++;
        else if (_phase == Phase.Joining)
            _joining++;

        _edge.Join(subscription, request with { Subscription = subscription }, from);
    }

    /// <summary>The channel has answered: the subscription has a position, which the session is to remember before the client is told.</summary>
    internal void OnJoined(Request request, ChannelReply.Joined joined)
    {
        var subscription = request.Subscription!;
        if (!Has(subscription))
        {
            OnNotJoined(request);
            return;
        }

        subscription.Begin(joined.Start, joined.IsDurable, request.IsRejoin ? subscription.Accounted.Ahead : request.Ahead ?? request.Resumed?.Ahead ?? [], joined.Snapshot);
        if (request.Former is { } former)
            subscription.TakeNackedOf(former);

        subscription.Channel.Add(subscription);
        request.Start = joined.Start;
        var isWhereItWas = request.Resumed is { } resumed && resumed.Options == subscription.Options && resumed.IsByPattern == (request.By is not null) && joined.Start.Recovered == Recovered.Full;
        if (isWhereItWas || ((request.IsRejoin || request.KnowsCursor) && joined.Start.Recovered == Recovered.Full) || request.By is { IsAcked: false })
        {
            OnStored(request, request.Resumed is { Nacked: { IsEmpty: false } nacked } && joined.Start.Recovered == Recovered.Full ? [.. nacked.Values] : []);
            return;
        }

        // The cursor stands before a gap until the client has acked it: should the answer be lost, the next one tells of the gap again.
        var prefix = joined.Start.Missing is { } missing ? missing.From - 1 : joined.Start.Offset;
        var cursor = new SessionSubscription(joined.Channel, subscription.Options, joined.IsDurable, joined.Start.Epoch, prefix, joined.Start.Recovered == Recovered.Full ? request.Resumed?.Ahead ?? [] : [])
        {
            IsByPattern = request.By is not null,
            NeedsSnapshot = joined.Snapshot is not null && joined.Start.Missing is null,
        };
        services.Sessions.Tell(new SessionCommand.Subscribe(SessionId, _ref!, cursor, request) { KeepsCursor = request.KeepsCursor && joined.Start.Recovered == Recovered.Full });
    }

    /// <summary>Whether it is followed by this subscription still.</summary>
    internal bool Has(Subscription subscription) => _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription;

    /// <summary>One that was replaced or given up meanwhile was not joined, and need not be.</summary>
    internal void OnNotJoined(Request request)
    {
        if (_phase == Phase.Joining || request.By is not null)
            JoinedUnlessAgain(request);
        else
            AnswerReplaced(request);
    }

    private void AnswerReplaced(Request request) => Answer(request.Subscription!.EndedBecause is { } reason
        ? new ServerFrame.Error(ErrorCode.Forbidden, reason) { Id = request.Id }
        : new ServerFrame.Error(ErrorCode.Conflict, $"A later frame subscribed to {request.Subscription.Channel.Name} anew, or unsubscribed.") { Id = request.Id });

    /// <param name="request">What is done.</param>
    /// <param name="nacked">What the client could not process before: the session delivers it again when it is due.</param>
    private void OnStored(Request request, IReadOnlyList<NackedEvent> nacked)
    {
        if (request.Subscription is not { } subscription)
        {
            Answer(new ServerFrame.Ok { Id = request.Id });
            return;
        }

        request.Trace?.End();
        var isCurrent = _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription;
        if (!isCurrent && request.By is not null)
        {
            JoinedUnlessAgain(request);
            return;
        }

        if (!isCurrent && _phase != Phase.Joining)
        {
            // Given up while the session was written: to be told of a position now would mean that it is followed.
            AnswerReplaced(request);
            return;
        }

        subscription.HoldBack(nacked);
        var start = request.Start!;
        if (start.Missing is { } gone)
            _edge.Figures.EventsGone += gone.To - gone.From + 1;

        var subscribed = new ServerFrame.Subscribed
        {
            Id = request.Id,
            Channel = subscription.Channel.Name.Value,
            Epoch = start.Epoch,
            Offset = start.Offset,
            Head = start.Head,
            Recovered = request.IsFresh && start.Recovered != Recovered.Gap ? Recovered.None : start.Recovered,
            Missing = start.Missing,
            Reason = start.Missing is null ? null : "retention",
        };

        if (request.By is { IsAnswered: false } by)
        {
            if (!request.IsRejoin || start.Recovered != Recovered.Full)
                by.Hold(subscription, subscribed);

            subscription.IsHeld = true;
            JoinedUnlessAgain(request);
            return;
        }

        if (_phase == Phase.Joining)
        {
            if (isCurrent && (!request.IsRejoin || start.Recovered != Recovered.Full))
            {
                _begun?.RemoveAll(begun => begun.Channel == subscribed.Channel);
                (_begun ??= []).Add(subscribed);
            }

            JoinedUnlessAgain(request);
            return;
        }

        // A living subscription that goes on where it was has nothing to be told.
        if (!request.IsRejoin || start.Recovered != Recovered.Full)
            Send(subscribed);

        Start(subscription);
        JoinedUnlessAgain(request);
    }

    /// <summary>The welcome waits for each subscription once; one whose channel actor was replaced meanwhile joins twice.</summary>
    private void JoinedUnlessAgain(Request request)
    {
        if (request.Awaits is { } following)
            OnWaited(following);
        else if (request.By is null && !request.IsRejoin && _phase == Phase.Joining)
            Joined();
    }

    private void OnNotStored(Request request, string message)
    {
        request.Trace?.End(ErrorCodes.NameOf(ErrorCode.Overloaded));
        if (request.Subscription is { } subscription && _subscriptions.GetValueOrDefault(subscription.Channel.Name) == subscription)
        {
            Leave(TakeOut(subscription));
        }

        if (_phase == Phase.Joining || request.By is not null)
            JoinedUnlessAgain(request);
        else if (request.Id > 0)
            Send(new ServerFrame.Error(ErrorCode.Overloaded, $"The session could not be written: {message}") { Id = request.Id, AfterMs = 1_000 });
    }

    private void Start(Subscription subscription)
    {
        // What the client had done ahead of its prefix is not sent again; a client that forgot it must not wait for it either. One that was told of it on this
        // connection, before the channel's actor was replaced, is not told again.
        if (!subscription.IsStarted)
        {
            foreach (var range in subscription.DoneBefore)
                Send(new ServerFrame.Skip(subscription.Channel.Name.Value, range.From, range.To));
        }

        if (!subscription.IsStarted && subscription.IsCatchingUp)
            _edge.Figures.CameBackBehind++;

        subscription.IsStarted = true;
        Look(subscription);
        MarkReady(subscription);
        PrepareRedeliveries();
    }

    /// <summary>Nothing more is sent for it, whatever waits already.</summary>
    private void Leave(Subscription subscription)
    {
        subscription.Channel.Remove(subscription);
        _edge.Due.Set(subscription, null);
        LookAway(subscription);
        subscription.IsStarted = false;
        if (subscription.IsReady)
            _ready.Remove(subscription);
    }

    private void OnUnsubscribe(ClientFrame.Unsubscribe unsubscribe)
    {
        if (ChannelPattern.IsPattern(unsubscribe.Channel))
        {
            OnUnsubscribePattern(unsubscribe);
            return;
        }

        if (!TryName(unsubscribe, unsubscribe.Channel, out var channel))
            return;

        // What came by a pattern goes on with it.
        _asking.Remove(channel);
        _redeliveries?.RemoveAll(redelivery => redelivery.Channel == channel);
        var subscription = _subscriptions.GetValueOrDefault(channel);
        if (subscription is { By: null })
            Leave(TakeOut(subscription));

        LeavePresence(channel);
        services.Sessions.Tell(new SessionCommand.Unsubscribe(SessionId, _ref!, channel, new Request(unsubscribe.Id, null)));
        if (subscription is { By: null })
            GoOnByPattern(subscription);
    }

    private void RefuseSubscribe(ClientFrame.Subscribe subscribe, ErrorCode code, string message)
    {
        // A subscription of the hello has no answer of its own: it is taken back after the welcome.
        if (_phase == Phase.Joining)
            (_refused ??= []).Add(new ServerFrame.Unsubscribed(subscribe.Channel, code == ErrorCode.Forbidden ? UnsubscribeCode.RightMissing : UnsubscribeCode.Refused, message));
        else
            Refuse(subscribe, code, message);
    }
}
