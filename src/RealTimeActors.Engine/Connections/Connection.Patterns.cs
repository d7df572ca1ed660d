using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Following patterns: from the client's frame through the channels that are there (<c>Walk</c>) to the answer, and to the end.</summary>
/// <remarks>Each channel of a pattern is a <see cref="Subscription"/> like any other while something happens in it, and a <see cref="Sleeper"/> while nothing does (<c>Sleepers</c>).</remarks>
internal sealed partial class Connection
{
    /// <summary>Null: no pattern is followed.</summary>
    private FollowedPatterns? _patterns;

    /// <summary>The patterns of the resumed session; only until the client is welcome.</summary>
    private IReadOnlyList<SessionPattern> _resumablePatterns = [];

    /// <summary>What counts against <see cref="EngineOptions.SubscriptionsMax"/>.</summary>
    private int SubscriptionCount => _subscriptions.Count - (_patterns?.Live ?? 0) + (_patterns?.Count ?? 0);

    private void OnSubscribePattern(ClientFrame.Subscribe subscribe)
    {
        if (!ChannelPattern.TryParse(subscribe.Channel, out var pattern, out var error))
        {
            RefuseSubscribe(subscribe, ErrorCode.BadRequest, error);
            return;
        }

        if (subscribe.From is From.Position)
        {
            RefuseSubscribe(
                subscribe, ErrorCode.BadRequest, "A pattern is followed from now, earliest, session or the last so many; a position came, which is of one channel. Subscribe to that channel beside the pattern.");
            return;
        }

        var former = _patterns?.Find(pattern);
        var known = former is null ? _resumablePatterns.FirstOrDefault(kept => kept.Pattern.Equals(pattern)) : former.IsAnswered ? former.Kept : null;
        if (former is null && SubscriptionCount >= services.Options.SubscriptionsMax)
        {
            RefuseSubscribe(subscribe, ErrorCode.LimitExceeded, $"A connection has at most {services.Options.SubscriptionsMax} subscriptions.");
            return;
        }

        if (former is not null)
            Drop(former);

        var goesOn = subscribe.From is From.AtSession;
        if (!goesOn)
            services.Sessions.Tell(new SessionCommand.Unfollow(SessionId, _ref!, pattern, null));

        var kept = new SessionPattern(pattern, SubscriptionOptions.Of(subscribe, isDurable: true), TakesDefaultOverflow: subscribe.Overflow is null);
        var isResumed = goesOn && known is { IsComplete: true, Options.AckMode: not AckMode.None } && kept.Options.AckMode != AckMode.None;
        if (isResumed)
            kept = kept with { IsComplete = true, HasRefused = known!.HasRefused, LeftOut = known.LeftOut };

        var following = new Following(this, kept) { From = subscribe.From, FrameId = subscribe.Id, IsResumed = isResumed, Trace = services.Traces?.Begin("subscribe", subscribe.Channel) };
        if (!isResumed)
            services.Sessions.Tell(new SessionCommand.Follow(SessionId, _ref!, kept, null));

        if (_phase == Phase.Joining)
            _joining++;

        (_patterns ??= new()).Add(following);
        if (goesOn && _phase != Phase.Joining)
        {
            // The acks of this connection have moved the cursors on since hello: the session knows them.
            services.Sessions.Tell(new SessionCommand.ReadCursors(SessionId, _ref!, following));
            return;
        }

        GoOnFrom(goesOn ? _cursors : [], following);
    }

    /// <summary>From the session's cursors. One that the session has followed all along is as if it had not been named: it is answered when what it asks for now is kept, and looked through then.</summary>
    private void GoOnFrom(IReadOnlyList<SessionSubscription> cursors, Following following)
    {
        following.GoOnFrom(cursors);
        if (following.IsResumed)
            services.Sessions.Tell(new SessionCommand.Follow(SessionId, _ref!, following.Kept, following));
        else
            Begin(following, WalkMode.First);
    }

    private void OnCursors(Following following, IReadOnlyList<SessionSubscription> cursors)
    {
        if (!following.IsEnded)
            GoOnFrom(cursors, following);
    }

    /// <summary>A pattern of the session that is resumed. The client was answered long ago; it is told of the channels that have something new.</summary>
    private void Resume(SessionPattern kept)
    {
        if (!kept.IsComplete)
        {
            // Its client never heard that it is followed, and asks again if it still wants it.
            services.Sessions.Tell(new SessionCommand.Unfollow(SessionId, _ref!, kept.Pattern, null));
            return;
        }

        var isAcked = kept.Options.AckMode != AckMode.None;
        var following = new Following(this, kept) { IsAnswered = isAcked, IsResumed = isAcked };
        (_patterns ??= new()).Add(following);
        if (isAcked)
        {
            following.GoOnFrom(_cursors);
            (_begun ??= []).Add(AnswerOf(following));
            return;
        }

        // Without cursors it is as new.
        _joining++;
        Begin(following, WalkMode.First);
    }

    private void Begin(Following following, WalkMode mode)
    {
        _edge.Follow(following);
        following.BeginWalk(mode);
        Walk(following);
    }

    /// <summary>The client is welcome: what was held back for that is told, and resumed patterns are looked through.</summary>
    private void BeginPatterns()
    {
        foreach (var following in _patterns?.All ?? [])
        {
            if (following.Walk == 0)
                Begin(following, WalkMode.Resumed);
            else if (following.IsAnswered)
                Release(following);
        }

        // Of one that may not be followed any more the client is told when the channels are looked through.
        foreach (var kept in _cursors)
        {
            if (kept.Inbox.Count > 0 && !_subscriptions.ContainsKey(kept.Channel) && _patterns?.OwnerOf(kept.Channel) is { } owner && WhyNot(kept.Channel, needsHistory: false) is null)
                BeginInbox(kept, owner);
        }

        _cursors = [];
        _resumablePatterns = [];
    }

    /// <summary>All cursors are with the session: the client is told, and then of the channels.</summary>
    private void OnComplete(Following following)
    {
        if (following.IsEnded)
            return;

        following.IsAnswered = true;
        following.Trace?.End();
        if (_phase == Phase.Joining)
        {
            (_begun ??= []).Add(AnswerOf(following));
            Joined();
            return;
        }

        Send(AnswerOf(following));
        Release(following);
        if (following.Walk == 0)
            Begin(following, WalkMode.Resumed);
    }

    private static ServerFrame.Subscribed AnswerOf(Following following) =>
        new() { Id = following.FrameId, Channel = following.Pattern.Text, Epoch = "", Offset = 0, Head = 0, Recovered = following.IsResumed ? Recovered.Full : Recovered.None };

    private void Release(Following following)
    {
        foreach (var (subscription, frame) in following.Held)
        {
            if (_subscriptions.GetValueOrDefault(subscription.Channel.Name) != subscription)
                continue;

            Send(frame);
            subscription.IsHeld = false;
            Start(subscription);
        }

        following.Held.Clear();
        following.Held.TrimExcess();
        GoOn();
    }

    private void OnUnsubscribePattern(ClientFrame.Unsubscribe unsubscribe)
    {
        if (!ChannelPattern.TryParse(unsubscribe.Channel, out var pattern, out var error))
        {
            Refuse(unsubscribe, ErrorCode.BadRequest, error);
            return;
        }

        if (_patterns?.Find(pattern) is { } following)
            Drop(following);

        services.Sessions.Tell(new SessionCommand.Unfollow(SessionId, _ref!, pattern, new Request(unsubscribe.Id, null)));
    }

    /// <summary>Nothing more comes by this pattern. What another one means goes on by that, from where it is.</summary>
    private void Drop(Following following)
    {
        var patterns = _patterns!;
        Forget(following);
        if (!following.IsAnswered)
        {
            Answer(new ServerFrame.Error(ErrorCode.Conflict, $"A later frame subscribed to {following.Pattern} anew, or unsubscribed.") { Id = following.FrameId });
            if (_phase == Phase.Joining)
                Joined();
        }

        foreach (var subscription in _subscriptions.Values.Where(subscription => subscription.By == following).ToArray())
        {
            if (patterns.OwnerOf(subscription.Channel.Name) is { } next)
                HandOver(subscription, next);
            else
                Leave(TakeOut(subscription));
        }

        // Channels that it has not come to, and that others have passed because of it, are theirs.
        if (following.IsMeeting)
        {
            foreach (var other in patterns.All.Where(other => other.Walk > 0))
            {
                other.BeginAgainWith(following);
                Walk(other);
            }
        }

        var begun = new List<SessionSubscription>();
        foreach (var channel in patterns.Sleepers((_, sleeper) => sleeper.By == following))
        {
            patterns.RemoveSleeper(channel, out var sleeper);
            if (patterns.OwnerOf(channel) is { } next)
                HandOver(channel, sleeper, next, begun);
        }

        if (begun.Count > 0)
            services.Sessions.Tell(new SessionCommand.Announce(SessionId, _ref!, begun, null));

        GoOn();
    }

    private void Forget(Following following)
    {
        following.IsEnded = true;
        following.Trace?.End(following.IsAnswered ? null : "ended");
        _patterns!.Remove(following);
        if (following.Walk > 0)
            _edge.Unfollow(following);
    }

    /// <summary>The server ends a pattern, and says why.</summary>
    private void End(Following following, int code, string reason)
    {
        services.Sessions.Tell(new SessionCommand.Unfollow(SessionId, _ref!, following.Pattern, null));
        var unsubscribed = new ServerFrame.Unsubscribed(following.Pattern.Text, code, reason);
        var isAwaited = !following.IsAnswered && _phase == Phase.Joining;
        if (_phase == Phase.Joining || following.IsAnswered)
            TellEnded(unsubscribed);
        else
            Answer(new ServerFrame.Error(code == UnsubscribeCode.TooMany ? ErrorCode.LimitExceeded : ErrorCode.Forbidden, reason) { Id = following.FrameId });

        following.IsAnswered = true;
        Drop(following);
        if (isAwaited)
            Joined();
    }

    /// <summary>A pattern has a channel that may not be followed: from now on one without a cursor need not be new. So those that have begun at their beginning, and of which the client has acked
    /// nothing yet, get one: it is owed what they hold.</summary>
    private void Refused(Following following, ChannelName channel)
    {
        following.Refuse(channel);
        if (following.Kept.HasRefused || !following.IsAcked)
            return;

        AnnounceBeginnings(BegunWithoutCursor(following, channel));
        following.Kept = following.Kept with { HasRefused = true };
        services.Sessions.Tell(new SessionCommand.Follow(SessionId, _ref!, following.Kept, null));
    }

    /// <summary>Channels of a pattern in which the session may stand nowhere, which means at their beginning; of any other it knows.</summary>
    private List<SessionSubscription> BegunWithoutCursor(Following following, ChannelName refused)
    {
        var begun = new List<SessionSubscription>();
        foreach (var subscription in _subscriptions.Values)
        {
            var name = subscription.Channel.Name;
            if (subscription.By == following && name != refused && subscription is { KeepsCursor: true, AskedFrom: From.Position asked })
                begun.Add(following.Stand(name, IsDurable(name), subscription.Epoch.Length > 0 ? subscription.Epoch : asked.Epoch, 0));
        }

        foreach (var channel in _patterns!.Sleepers((channel, sleeper) => sleeper.By == following && sleeper.MayLackCursor && channel != refused))
        {
            if (_patterns.TryGetSleeper(channel, out var sleeper))
                begun.Add(following.Stand(channel, IsDurable(channel), sleeper.Epoch, 0));
        }

        return begun;
    }

    private void AnnounceBeginnings(List<SessionSubscription> begun)
    {
        if (begun.Count > 0)
            services.Sessions.Tell(new SessionCommand.Announce(SessionId, _ref!, begun, null) { IsWhereNone = true });
    }

    private bool IsDurable(ChannelName channel) => services.Options.SettingsOf(channel).IsDurable;

    private void LeavePatterns()
    {
        foreach (var following in _patterns?.All ?? [])
            Forget(following);

        _patterns = null;
        _cursors = [];
        _resumablePatterns = [];
    }
}
