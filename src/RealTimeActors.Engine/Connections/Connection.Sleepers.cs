using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Channels of a pattern from hand to hand: at rest and awake, from one pattern to another, to an exact subscription and back; each time from where the connection stands.</summary>
internal sealed partial class Connection
{
    /// <summary>Takes a subscription out of the table, wherever it came from.</summary>
    private Subscription TakeOut(Subscription subscription)
    {
        _subscriptions.Remove(subscription.Channel.Name);
        if (subscription.By is not null && _patterns is { } patterns)
        {
            patterns.Live--;
            EndVisit(subscription);
        }

        return subscription;
    }

    private void EndVisit(Subscription subscription)
    {
        if (!subscription.IsVisit)
            return;

        subscription.IsVisit = false;
        _patterns!.Visits--;
    }

    /// <summary>Another pattern goes on with the channel, from what the client was sent.</summary>
    private void HandOver(Subscription former, Following to)
    {
        var channel = former.Channel.Name;
        var (from, ahead) = StandOf(former);
        Join(
            channel,
            new Request(0, to.Kept.OptionsOf(services.Options.SettingsOf(channel).IsDurable))
            {
                By = to,
                KnowsCursor = former.Epoch.Length > 0 && former.Options.AckMode != AckMode.None && !(former.KeepsCursor && to.Kept.HasRefused),
                KeepsCursor = former.KeepsCursor,
                Ahead = ahead,
                Former = former,
            },
            from);
    }

    /// <summary>Where whoever goes on in a subscription's place begins. Of one whose client was not told of its position yet nothing counts but what was asked for: a gap that it knows of is told by the next.</summary>
    private (From From, IReadOnlyList<OffsetRange> Ahead) StandOf(Subscription subscription) =>
        subscription.Asked is { Request: { IsRejoin: true } rejoin, From: var from } ? (from, rejoin.Ahead ?? [])
        : subscription.Epoch.Length > 0 && (subscription.WasStarted || subscription.AskedFrom is not From.Position)
            ? (At(subscription.Epoch, subscription.Accounted.Prefix), [.. subscription.Accounted.Ahead])
            : (subscription.AskedFrom, subscription.AskedAhead);

    private void HandOver(ChannelName channel, Sleeper sleeper, Following to, List<SessionSubscription> begun)
    {
        _patterns!.SetSleeper(channel, sleeper with { By = to, IsTold = false, IsFresh = false });
        to.Untold.Enqueue(channel);

        // What nobody acked so far has no cursor.
        if (!to.IsAcked)
            return;

        if (!sleeper.By.IsAcked)
            begun.Add(to.Stand(channel, IsDurable(channel), sleeper.Epoch, sleeper.Prefix));
        else if (sleeper.MayLackCursor && to.Kept.HasRefused)
            AnnounceBeginnings([to.Stand(channel, IsDurable(channel), sleeper.Epoch, 0)]);
    }

    /// <summary>An exact subscription from now on takes a channel of a pattern over where that stands: nothing between is lost, nothing comes again.</summary>
    private Request TakeOver(ChannelName channel, Request request, ref From from)
    {
        if (_patterns is not { } patterns)
            return request;

        if (patterns.RemoveSleeper(channel, out var sleeper) && from is From.AtNow)
        {
            from = At(sleeper.Epoch, sleeper.Prefix);
            return request with { IsTakeOver = true, KeepsCursor = sleeper.By.IsAcked, BeginsAnew = false };
        }

        if (from is not From.AtNow || !_subscriptions.TryGetValue(channel, out var live) || live.By is not { } by)
            return request;

        (from, var ahead) = StandOf(live);
        return request with { IsTakeOver = true, KeepsCursor = by.IsAcked, Ahead = ahead, Former = live, BeginsAnew = false };
    }

    private From.Position At(string epoch, long prefix) => new(epoch, Has(PlantedBug.HandOverRepeatsOne) ? Math.Max(0, prefix - 1) : prefix);

    /// <summary>The exact subscription has ended; a pattern that means the channel goes on with it.</summary>
    private void GoOnByPattern(Subscription former)
    {
        if (_patterns?.OwnerOf(former.Channel.Name) is { } owner && WhyNot(former.Channel.Name, needsHistory: false) is null)
            HandOver(former, owner);
    }

    private void Wake(ChannelName channel, Sleeper sleeper, bool isAwake)
    {
        _patterns!.RemoveSleeper(channel, out _);
        var request = new Request(0, sleeper.By.Kept.OptionsOf(services.Options.SettingsOf(channel).IsDurable))
        {
            By = sleeper.By,
            IsRejoin = sleeper.IsTold,
            KnowsCursor = true,
            IsFresh = sleeper.IsFresh,
            NeedsHistory = sleeper.IsBehind,
        };
        Visit(channel, request, new From.Position(sleeper.Epoch, sleeper.Prefix), isAwake);
    }

    /// <summary>Nothing is on its way to it: what is kept is where it stands.</summary>
    internal void Sleep(Subscription subscription)
    {
        var by = subscription.By!;
        Leave(TakeOut(subscription));
        _patterns!.SetSleeper(subscription.Channel.Name, new Sleeper(by, subscription.Epoch, subscription.Accounted.Prefix, IsTold: true, IsBehind: false, IsFresh: false) { MayLackCursor = subscription.KeepsCursor });
        GoOn();
    }

    /// <summary>A subscription by a pattern has been sent what there is.</summary>
    private void OnDrained(Subscription subscription)
    {
        if (!subscription.MayRest)
            return;

        if (subscription.IsVisit)
        {
            EndVisit(subscription);
            GoOn();
        }

        _edge.MayRest(subscription.Channel);
    }

    /// <summary>Lets the edge go on with what is not done yet, when others have had their turn.</summary>
    private void GoOn()
    {
        if (_patterns is not { IsGoingOn: false, HasWork: true } || _isBlocked || _phase != Phase.Open)
            return;

        _patterns.IsGoingOn = true;
        _edge.Address.Tell(new EdgeMessage.GoOn(this));
    }

    internal void OnGoOn()
    {
        if (_patterns is not { } patterns)
            return;

        patterns.IsGoingOn = false;
        var told = 0;
        foreach (var following in patterns.All)
        {
            while (following.IsAnswered && following.Untold.Count > 0 && told < ToldAtOnceMax && HasRoom)
            {
                told++;
                Tell(following, following.Untold.Dequeue());
            }

            Walk(following);
        }

        if (told > 0)
            GoOn();
    }

    private void Tell(Following following, ChannelName channel)
    {
        if (!_patterns!.TryGetSleeper(channel, out var sleeper) || sleeper.By != following || sleeper.IsTold)
            return;

        if (sleeper.IsBehind)
        {
            Wake(channel, sleeper, isAwake: false);
            return;
        }

        _patterns.SetSleeper(channel, sleeper with { IsTold = true });
        Send(new ServerFrame.Subscribed
        {
            Channel = channel.Value,
            Epoch = sleeper.Epoch,
            Offset = sleeper.Prefix,
            Head = sleeper.Prefix,
            Recovered = sleeper.IsFresh ? Recovered.None : Recovered.Full,
        });
    }

    /// <summary>Once a second: is an answer of the directory overdue, and is there something to go on with?</summary>
    private void WatchPatterns()
    {
        if (_patterns is not { } patterns)
            return;

        foreach (var following in patterns.All)
        {
            TellUnwritten(following);
            if (following.AskedUnixMs is not { } asked || NowUnixMs - asked < PageWithinMs)
                continue;

            following.AskedUnixMs = null;
            Walk(following);
        }

        GoOn();
    }

    private void TellUnwritten(Following following)
    {
        foreach (var tag in following.Unwritten)
            services.Sessions.Tell(new SessionCommand.Announce(SessionId, _ref!, tag.Channels, tag));

        following.Unwritten.Clear();
        if (!following.IsUnwritten)
            return;

        following.IsUnwritten = false;
        services.Sessions.Tell(new SessionCommand.Follow(SessionId, _ref!, following.Kept, following));
    }

    /// <summary>The directory has begun anew: what it may have failed to tell is found by looking.</summary>
    internal void LookAgain()
    {
        foreach (var following in _patterns?.All ?? [])
        {
            if (following.Walk > 0)
                LookAgain(following, WalkMode.Repaired);
        }
    }

    private void LookAgain(Following following, WalkMode mode)
    {
        following.BeginWalk(following.Next is null ? mode : following.Mode);
        Walk(following);
    }

    /// <summary>A new token: channels at rest that may not be followed any more end, and others may be followed now.</summary>
    private void CheckPatterns()
    {
        if (_patterns is not { } patterns)
            return;

        foreach (var channel in patterns.Sleepers((channel, _) => WhyNot(channel, needsHistory: false) is not null))
            EndSleeper(channel, UnsubscribeCode.RightMissing, WhyNot(channel, needsHistory: false)!);

        foreach (var following in patterns.All)
        {
            if (following.Walk > 0)
                LookAgain(following, WalkMode.Granted);
        }
    }

    /// <summary>An administrator ends what the pattern names. Says how many subscriptions that were.</summary>
    private int TakeOffPatterns(ChannelPattern channels)
    {
        const string reason = "ended by an administrator";
        var ended = 0;
        foreach (var following in _patterns?.All ?? [])
        {
            if (!channels.Overlaps(following.Pattern))
                continue;

            if (channels.Covers(following.Pattern) || following.Kept.LeftOut.Count >= SessionPattern.LeftOutMax)
            {
                End(following, UnsubscribeCode.PutOut, reason);
                ended++;
                continue;
            }

            following.Kept = following.Kept with { LeftOut = [.. following.Kept.LeftOut, channels] };
            services.Sessions.Tell(new SessionCommand.Follow(SessionId, _ref!, following.Kept, null));
        }

        foreach (var channel in _patterns?.Sleepers((channel, _) => channels.Matches(channel)) ?? [])
        {
            EndSleeper(channel, UnsubscribeCode.PutOut, reason);
            ended++;
        }

        return ended;
    }

    private void EndSleeper(ChannelName channel, int code, string reason)
    {
        if (!_patterns!.RemoveSleeper(channel, out var sleeper))
            return;

        Refused(sleeper.By, channel);
        if (sleeper.By.IsAcked)
            services.Sessions.Tell(new SessionCommand.Forget(SessionId, _ref!, [channel]));

        // Whoever knows it from an earlier connection, or by another pattern, would go on waiting for it.
        if (sleeper.IsTold || !sleeper.IsFresh)
            TellEnded(new ServerFrame.Unsubscribed(channel.Value, code, reason));
    }

    /// <summary>Where the connection stood in a channel that it follows by a pattern, and of which its client may expect every later event; null: it does not follow it so.</summary>
    internal long? FollowsByPatternFrom(ChannelName channel, string epoch)
    {
        if (!_subscriptions.TryGetValue(channel, out var subscription) || subscription.By is not { IsAcked: true, IsAnswered: true })
            return null;

        if (subscription.Epoch == epoch)
            return subscription.StartedAt;

        // Not joined yet: it comes from where it rested, or from before the channel's present life.
        return subscription.AskedFrom is From.Position at ? (at.Epoch == epoch ? at.Offset : 0) : null;
    }

    /// <summary>An ack for a channel that has gone to rest since its events were sent.</summary>
    private void OnAckOfSleeper(ChannelName channel, ClientFrame.Ack ack)
    {
        if (_patterns is null || !_patterns.TryGetSleeper(channel, out var sleeper) || !sleeper.IsTold)
            return;

        _edge.Figures.Acks++;
        if (sleeper.By.IsAcked)
            services.Sessions.Tell(new SessionCommand.Acknowledge(SessionId, _ref!, channel, sleeper.Epoch, Math.Min(ack.Offset, sleeper.Prefix), []));
    }
}
