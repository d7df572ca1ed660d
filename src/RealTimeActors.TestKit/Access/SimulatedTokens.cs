using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.TestKit.Access;

/// <summary>Issues tokens and checks them, as a verifier does whose keys are near or far: names without meaning, behind which identities stand.</summary>
public sealed class SimulatedTokens(TimeProvider time) : IAuthenticator
{
    private readonly SortedDictionary<string, Identity> _issued = new(StringComparer.Ordinal);

    /// <summary>How long the next check takes. Zero: it is answered from inside the call.</summary>
    public Func<TimeSpan> Takes { get; set; } = static () => TimeSpan.Zero;

    /// <summary>Whether the next check can be made: without keys nothing can be said about a token.</summary>
    public Func<bool> CanTell { get; set; } = static () => true;

    /// <summary>Whether checks are answered at all.</summary>
    public bool IsSilent { get; set; }

    /// <summary>A token that is good from now on.</summary>
    public string Issue(string user, TimeSpan lifetime, params IEnumerable<(string Pattern, Rights Rights)> channels)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Issue(new Identity
        {
            User = user,
            Grants = [.. channels.Select(grant => new ChannelGrant(ChannelPattern.Parse(grant.Pattern), grant.Rights))],
            IssuedUnixMs = now,
            ExpiresUnixMs = now + (long)lifetime.TotalMilliseconds,
        });
    }

    /// <summary>A token for exactly this identity.</summary>
    public string Issue(Identity identity)
    {
        var token = $"token-{_issued.Count + 1}";
        _issued.Add(token, identity);
        return token;
    }

    /// <summary>Who stands behind a token; null: it was never issued.</summary>
    public Identity? IdentityOf(string? token) => token is null ? null : _issued.GetValueOrDefault(token);

    /// <inheritdoc/>
    public void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo)
    {
        if (IsSilent)
            return;

        var takes = Takes();
        if (takes == TimeSpan.Zero)
        {
            replyTo.Tell(Judge(token, tag));
            return;
        }

        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                replyTo.Tell(Judge(token, tag));
            },
            null,
            takes,
            Timeout.InfiniteTimeSpan);
    }

    private AuthenticationReply Judge(string token, object? tag)
    {
        if (!CanTell())
            return new AuthenticationReply.Unavailable(tag, "the keys cannot be fetched just now");

        if (IdentityOf(token) is not { } identity)
            return new AuthenticationReply.Rejected(tag, "the token was not issued here");

        return identity.ExpiresUnixMs <= time.GetUtcNow().ToUnixTimeMilliseconds()
            ? new AuthenticationReply.Rejected(tag, "token expired") { IsExpired = true }
            : new AuthenticationReply.Accepted(tag, identity);
    }
}
