namespace RealTimeActors.Engine.Access;

/// <summary>What became of a token.</summary>
public abstract record AuthenticationReply(object? Tag)
{
    /// <summary>It is good.</summary>
    public sealed record Accepted(object? Tag, Identity Identity) : AuthenticationReply(Tag);

    /// <summary>It is not: a new one is needed. The reason may be shown to its bearer and holds nothing of the token itself.</summary>
    public sealed record Rejected(object? Tag, string Reason) : AuthenticationReply(Tag)
    {
        /// <summary>Whether its only fault is that its time is over.</summary>
        public bool IsExpired { get; init; }

        /// <summary>Whether its only fault is that its user was put out after it had been issued.</summary>
        public bool IsRevoked { get; init; }
    }

    /// <summary>It cannot be told just now (the keys could not be fetched): the same token may be good later.</summary>
    public sealed record Unavailable(object? Tag, string Reason) : AuthenticationReply(Tag);
}
