namespace RealTimeActors.Engine.Access;

/// <summary>Who is at the other end of a connection or request, and what its token gives it. Never changes: a refreshed token is another identity of the same user.</summary>
public sealed record Identity
{
    /// <summary>Everybody, where nobody is asked (<c>auth.mode = none</c>): no user, every right, for ever.</summary>
    public static Identity Everybody { get; } = new() { IsTrusted = true };

    /// <summary>The longest name of a user that is taken.</summary>
    public const int UserCharsMax = 256;

    /// <summary>The user: the token's <c>sub</c>; null where nobody was asked. Sessions, producers and events carry it.</summary>
    public string? User { get; init; }

    /// <summary>The token's <c>roles</c>, for which the configuration gives rights.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The token's <c>channels</c>.</summary>
    public IReadOnlyList<ChannelGrant> Grants { get; init; } = [];

    /// <summary>When the token was issued (<c>iat</c>), Unix milliseconds; null where it does not say. What was issued before its user was put out is not taken any more.</summary>
    public long? IssuedUnixMs { get; init; }

    /// <summary>From when on the token is not taken any more, leeway included, Unix milliseconds; null: never.</summary>
    public long? ExpiresUnixMs { get; init; }

    /// <summary>Whether it has every right without being asked: the process itself, or everybody where nobody is asked.</summary>
    public bool IsTrusted { get; init; }
}
