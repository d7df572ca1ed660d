using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Who the client is, and what it may do: asked at hello, again with each new token, and before anything is sent, taken or read.</summary>
internal sealed partial class Connection
{
    /// <summary>Channels whose rights are remembered. Beyond it all are forgotten and found again.</summary>
    private const int RightsKeptMax = 256;

    private Identity? _identity;

    /// <summary>Rights of the present identity, found before: a publish costs one look into it.</summary>
    private Dictionary<string, Rights>? _rights;
    private bool _isRefreshing;

    private bool IsExpired => HasExpired(_identity);

    /// <summary>Whether it is a connection of this user; where a moment is given, one whose token was issued before it, or does not say when.</summary>
    internal bool IsOf(string user, long? beforeUnixMs) =>
        _identity is { User: { } mine } && mine == user && (beforeUnixMs is null || _identity.IssuedUnixMs is not { } issued || issued < beforeUnixMs);

    /// <summary>A token of the hello comes before what the transport knows: it is the newer one.</summary>
    private void Authenticate(string? token)
    {
        var tag = new TokenTag(this, IsRefresh: false, 0);
        if (token is not null && services.Authenticator is { } authenticator)
            authenticator.Authenticate(token, tag, _edge.Address);
        else if (transport.Identity is { User: not null } known)
            services.Users.Tell(new UserCommand.Judge(new AuthenticationReply.Accepted(tag, known), _edge.Address)); // Its user may have been put out since the handshake.
        else if ((transport.Identity ?? (services.Authenticator is null ? Identity.Everybody : null)) is { } identity)
            OnIdentified(identity);
        else
            Close(CloseCode.TokenNeeded, "a token is needed: hello has none");
    }

    internal void OnAuthenticated(TokenTag tag, AuthenticationReply reply)
    {
        if (_phase == Phase.Ended)
            return;

        if (tag.IsRefresh)
            OnRefreshed(tag.FrameId, reply);
        else if (_phase == Phase.Authenticating)
            OnHelloAuthenticated(reply);
    }

    private void OnHelloAuthenticated(AuthenticationReply reply)
    {
        switch (reply)
        {
            case AuthenticationReply.Accepted { Identity: var identity } when transport.Identity?.User is { } user && user != identity.User:
                Close(CloseCode.TokenNeeded, "the token of hello is of another user than that of the handshake");
                break;
            case AuthenticationReply.Accepted accepted:
                OnIdentified(accepted.Identity);
                break;
            case AuthenticationReply.Rejected { IsRevoked: true } rejected:
                Close(CloseCode.TokenRevoked, rejected.Reason, afterMs: 1_000);
                break;
            case AuthenticationReply.Rejected rejected:
                Close(rejected.IsExpired ? CloseCode.TokenExpired : CloseCode.TokenNeeded, rejected.Reason);
                break;
            case AuthenticationReply.Unavailable unavailable:
                Close(CloseCode.TryAgain, unavailable.Reason, afterMs: 1_000);
                break;
        }
    }

    private void OnRefresh(ClientFrame.Refresh refresh)
    {
        if (services.Authenticator is not { } authenticator)
        {
            Answer(new ServerFrame.Ok { Id = refresh.Id });
            return;
        }

        if (_isRefreshing)
        {
            Refuse(refresh, ErrorCode.Overloaded, "A refresh of this connection is under way; its answer comes first.");
            return;
        }

        _isRefreshing = true;
        authenticator.Authenticate(refresh.Token, new TokenTag(this, IsRefresh: true, refresh.Id), _edge.Address);
    }

    /// <summary>Whatever comes of it, the connection stays: a token that does not hold leaves the one before in force until it expires.</summary>
    private void OnRefreshed(long id, AuthenticationReply reply)
    {
        _isRefreshing = false;
        switch (reply)
        {
            case AuthenticationReply.Accepted { Identity: var identity } when identity.User != _identity!.User:
                Answer(new ServerFrame.Error(ErrorCode.Forbidden, "The token is another user's; a connection keeps its user. Connect anew.") { Id = id });
                break;
            case AuthenticationReply.Accepted { Identity: var identity } when HasExpired(identity):
                Answer(new ServerFrame.Error(ErrorCode.Expired, "The token has expired while it was checked.") { Id = id });
                break;
            case AuthenticationReply.Accepted accepted:
                Become(accepted.Identity);
                Answer(new ServerFrame.Ok { Id = id });
                break;
            case AuthenticationReply.Rejected rejected:
                Answer(new ServerFrame.Error(rejected.IsExpired ? ErrorCode.Expired : ErrorCode.Unauthenticated, rejected.Reason) { Id = id });
                break;
            case AuthenticationReply.Unavailable unavailable:
                Answer(new ServerFrame.Error(ErrorCode.Overloaded, unavailable.Reason) { Id = id, AfterMs = 1_000 });
                break;
        }
    }

    private bool HasExpired(Identity? identity) => identity?.ExpiresUnixMs <= NowUnixMs && !Has(PlantedBug.ExpiryIgnored);

    private void Become(Identity identity)
    {
        if (Has(PlantedBug.RefreshKeepsOldRights))
        {
            _identity = identity with { Grants = _identity!.Grants, Roles = _identity.Roles };
            return;
        }

        _identity = identity;
        _rights = null;
        foreach (var subscription in _subscriptions.Values.ToArray())
        {
            if (WhyNot(subscription.Channel.Name, subscription.IsReplayingHistory) is { } reason)
                EndSubscription(subscription, UnsubscribeCode.RightMissing, reason);
        }

        CheckPatterns();
        CheckPresences();
    }

    /// <summary>Ends the subscriptions to these channels, and says how many there were.</summary>
    internal int TakeOff(ChannelPattern channels)
    {
        var ended = TakeOffPatterns(channels);
        foreach (var channel in _asking.Keys.Where(channels.Matches).ToArray())
            _asking.Remove(channel);

        foreach (var subscription in _subscriptions.Values.Where(subscription => channels.Matches(subscription.Channel.Name)).ToArray())
        {
            EndSubscription(subscription, UnsubscribeCode.PutOut, "ended by an administrator");
            ended++;
        }

        TakeOffPresences(channels);

        return ended;
    }

    /// <summary>Whether a subscription of the resumed session may go on. Of one that may not nothing is sent, its inbox included; it is taken out of the session when the client is told.</summary>
    private bool MayFollow(SessionSubscription subscription, bool isAsked)
    {
        var code = UnsubscribeCode.RightMissing;
        var reason = Has(PlantedBug.RightsNotCheckedAtResume) ? null : WhyNot(subscription.Channel, needsHistory: false);
        if (reason is null && subscription.Options.Mode == SubscriptionMode.State && NoStateOf(subscription.Channel) is { } none)
            (code, reason) = (UnsubscribeCode.Refused, none);

        if (reason is null)
            return true;

        (_takenOut ??= []).Add(subscription.Channel);
        _resumable.Remove(subscription.Channel);

        // What the hello asks for itself is refused as such.
        if (!isAsked)
            (_refused ??= []).Add(new ServerFrame.Unsubscribed(subscription.Channel.Value, code, reason));

        return false;
    }

    /// <summary>With the welcome: a connection that ends before it takes nothing out, or the client would never hear of it.</summary>
    private void TakeOutRefused()
    {
        foreach (var channel in _takenOut ?? [])
            services.Sessions.Tell(new SessionCommand.Unsubscribe(SessionId, _ref!, channel, new Request(0, null)) { Number = _edge.NextWord() });

        _takenOut = null;
    }

    /// <summary>Which right is missing to follow the channel; null: none.</summary>
    private string? WhyNot(ChannelName channel, bool needsHistory)
    {
        var rights = RightsOf(channel);
        if (!rights.HasFlag(Rights.Subscribe))
            return Missing(Rights.Subscribe, channel);

        return needsHistory && !rights.HasFlag(Rights.History)
            ? $"{Missing(Rights.History, channel)} Without it a subscription begins now, or at the session's own cursor."
            : null;
    }

    /// <summary>Refuses a frame whose sender lacks the right.</summary>
    private bool Allows(ClientFrame frame, ChannelName channel, Rights right)
    {
        if (RightsOf(channel).HasFlag(right))
            return true;

        Refuse(frame, ErrorCode.Forbidden, Missing(right, channel));
        return false;
    }

    /// <summary>Refuses a frame whose sender has none of the rights.</summary>
    private bool AllowsOneOf(ClientFrame frame, ChannelName channel, Rights rights)
    {
        if ((RightsOf(channel) & rights) != 0)
            return true;

        Refuse(frame, ErrorCode.Forbidden, Missing(rights, channel));
        return false;
    }

    private static string Missing(Rights anyOf, ChannelName channel) => AccessRules.Missing(anyOf, channel);

    private Rights RightsOf(ChannelName channel)
    {
        var identity = _identity!;
        if (identity.IsTrusted)
            return Rights.All;

        _rights ??= new Dictionary<string, Rights>(StringComparer.Ordinal);
        if (_rights.TryGetValue(channel.Value, out var known))
            return known;

        if (_rights.Count >= RightsKeptMax)
            _rights.Clear();

        return _rights[channel.Value] = services.Options.Access.RightsOf(identity, channel);
    }

    /// <summary>Ends a subscription that may not go on, here and in the session, and tells the client.</summary>
    private void EndSubscription(Subscription subscription, int code, string reason)
    {
        var channel = subscription.Channel.Name;
        Leave(TakeOut(subscription));
        subscription.EndedBecause = reason;
        services.Sessions.Tell(new SessionCommand.Unsubscribe(SessionId, _ref!, channel, new Request(0, null)) { Number = _edge.NextWord() });
        if (subscription.By is { } by)
            Refused(by, channel);

        if (_patterns is not null)
            services.Sessions.Tell(new SessionCommand.Forget(SessionId, _ref!, [channel]));

        if (!subscription.IsHeld)
            TellEnded(new ServerFrame.Unsubscribed(channel.Value, code, reason));
    }

    /// <summary>A channel or a pattern is not followed any more. Nothing comes before the welcome, and that does not name it then.</summary>
    private void TellEnded(ServerFrame.Unsubscribed ended)
    {
        if (_phase == Phase.Joining)
        {
            _begun?.RemoveAll(begun => begun.Channel == ended.Channel);
            (_refused ??= []).Add(ended);
        }
        else
        {
            Send(ended);
        }
    }
}
