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
            from = goesOn is null ? From.Now : FromOf(goesOn);

            // Told so until something is acked: the answer may be lost, and what asks then need not have heard that what came before it is not to come.
            var beginsAnew = options is { Mode: SubscriptionMode.Events, AckMode: not AckMode.None } && (from is From.AtNow || goesOn is { BeginsAnew: true });
            request = request with { Resumed = goesOn, BeginsAnew = beginsAnew && !Has(PlantedBug.BeginningToldOnce) };
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

        var subscription = new Subscription(this, _edge.ChannelOf(channel), request.Options!) { IsAgain = former is not null, ReadsHistory = request.NeedsHistory, By = request.By, AskedFrom = from, AskedAhead = request.Ahead ?? request.Resumed?.Ahead ?? [], KeepsCursor = request.KeepsCursor || request is { By: not null, KnowsCursor: true } };
        _subscriptions.Add(channel, subscription);
        if (request.By is not null)
            _patterns!.Live++;
        else if (_phase == Phase.Joining)
            _joining++;

        _edge.Join(subscription, request with { Subscription = subscription }, from);
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
        services.Sessions.Tell(new SessionCommand.Unsubscribe(SessionId, _ref!, channel, new Request(unsubscribe.Id, null)) { Number = _edge.NextWord() });
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
