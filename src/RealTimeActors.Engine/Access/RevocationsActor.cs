using RealTimeActors.Engine.Connections;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Access;

/// <summary>
/// Puts users out, remembers whose tokens are not taken any more, and has the last word on every token that is good.
/// </summary>
/// <remarks>What is revoked is on disk before any edge is told, and every edge has done it before the asker is told. A token that was let through is at its edge before the order to put
/// its user out, because both come from here. Three files: what it is asked (here), the edges that answer (<c>Edges</c>), the journal (<c>Log</c>).</remarks>
internal sealed partial class RevocationsActor(IJournal journal, EngineOptions options, EdgeServices edges)
    : RevocationsLog(journal, options)
{
    private const int OrdersMax = 1_000;
    private const long RevokedAfterMs = 1_000;

    /// <summary>Waits for tokens that may be issued for a little longer than they say: clocks differ.</summary>
    private static readonly TimeSpan _leeway = TimeSpan.FromMinutes(1);

    protected override void OnCommand(UserCommand command)
    {
        switch (command)
        {
            case UserCommand.Judge judge:
                Judge(judge);
                break;
            case UserCommand.Disconnect disconnect:
                OnDisconnect(disconnect);
                break;
            case UserCommand.Unsubscribe unsubscribe:
                OnUnsubscribe(unsubscribe);
                break;
        }
    }

    private void OnDisconnect(UserCommand.Disconnect disconnect)
    {
        if (Refusal(disconnect.User) is { } refusal)
        {
            disconnect.ReplyTo.Tell(refusal with { Tag = disconnect.Tag });
            return;
        }

        var (code, reason, afterMs) = (disconnect.StaysAway, disconnect.Revokes) switch
        {
            (true, _) => (CloseCode.PutOut, "put out by an administrator", 0L),

            // The time stamps of tokens are seconds: one that is issued in this very second would still be taken for an older one.
            (_, true) => (CloseCode.TokenRevoked, "the token was revoked", RevokedAfterMs),
            _ => (CloseCode.TokenNeeded, "a new token is needed", 0L),
        };
        if (!disconnect.Revokes)
        {
            Tell(OrderOf(disconnect.Tag, disconnect.ReplyTo, new EdgeOrder.PutOut(disconnect.User, null, code, reason, afterMs)));
        }
        else if (State.BeforeOf(disconnect.User, NowUnixMs) is null && State.IsFull(Options.RevocationsMax, NowUnixMs))
        {
            disconnect.ReplyTo.Tell(new UserReply.Refused(
                disconnect.Tag,
                ErrorCode.LimitExceeded,
                $"At most {Options.RevocationsMax} users' tokens can be revoked at a time, and that many are; each is forgotten {Options.TokenLifetimeMax} later. The user can be disconnected without it."));
        }
        else
        {
            Revoke(disconnect, new EdgeOrder.PutOut(disconnect.User, NowUnixMs, code, reason, afterMs));
        }
    }

    private void OnUnsubscribe(UserCommand.Unsubscribe unsubscribe)
    {
        if (Refusal(unsubscribe.User) is { } refusal)
            unsubscribe.ReplyTo.Tell(refusal with { Tag = unsubscribe.Tag });
        else
            Tell(OrderOf(unsubscribe.Tag, unsubscribe.ReplyTo, new EdgeOrder.TakeOff(unsubscribe.User, unsubscribe.Channels)));
    }

    private UserReply.Refused? Refusal(string user)
    {
        if (user.Length is 0 or > Identity.UserCharsMax)
            return new UserReply.Refused(null, ErrorCode.BadRequest, $"A user's name of 1 to {Identity.UserCharsMax} characters is expected; this one has {user.Length}.");

        return _orders.Count < OrdersMax ? null : new UserReply.Refused(null, ErrorCode.Overloaded, $"{OrdersMax} such orders are under way already; repeat it.");
    }
}
