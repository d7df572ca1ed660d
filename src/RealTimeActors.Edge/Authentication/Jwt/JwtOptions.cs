namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>Which tokens are taken (<c>realtime.auth.jwt</c>). Every one has its key in <c>hocon/reference.conf</c>.</summary>
public sealed record JwtOptions
{
    /// <summary>The most keys that are configured, and that are taken from a key set.</summary>
    public const int KeysMax = 64;

    /// <summary>The keys of the configuration. No two of one algorithm have the same name.</summary>
    public IReadOnlyList<JwtKey> Keys { get; init; } = [];

    /// <summary>Where more keys are fetched (a JWK set, RFC 7517); null: nowhere. https, or http on this machine.</summary>
    public Uri? JwksUrl { get; init; }

    /// <summary>How often the key set is fetched again. Default 10 minutes.</summary>
    public TimeSpan JwksRefresh { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one fetch may take, and a token waits for it. Default 5 s.</summary>
    public TimeSpan JwksTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A token that names an unknown key makes the set be fetched, but not more often than this. Default 10 s.</summary>
    public TimeSpan JwksCooldown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The only <c>iss</c> that is taken; null: it is not looked at.</summary>
    public string? Issuer { get; init; }

    /// <summary>The names of this server: a token's <c>aud</c> must hold one of them. None: only tokens without <c>aud</c> are taken.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>The longest that a token may be good, from <c>iat</c> (where it is absent: from now) to <c>exp</c>. Default 24 h.</summary>
    public TimeSpan LifetimeMax { get; init; } = TimeSpan.FromHours(24);
}
