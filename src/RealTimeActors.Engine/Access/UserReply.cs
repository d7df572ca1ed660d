using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Access;

/// <summary>What became of a <see cref="UserCommand"/>.</summary>
public abstract record UserReply(object? Tag)
{
    /// <summary>The receipt for a user who was put out: it has taken effect on every edge.</summary>
    /// <param name="Tag">The asker's.</param>
    /// <param name="User">Whom.</param>
    /// <param name="Connections">How many connections were closed.</param>
    /// <param name="RevokedBeforeUnixMs">Tokens issued before it are not taken any more, Unix milliseconds; null: none was revoked.</param>
    public sealed record Disconnected(object? Tag, string User, int Connections, long? RevokedBeforeUnixMs) : UserReply(Tag);

    /// <summary>The subscriptions have ended, and their sessions were told.</summary>
    /// <param name="Tag">The asker's.</param>
    /// <param name="User">Whose.</param>
    /// <param name="Subscriptions">How many subscriptions were ended.</param>
    /// <param name="Connections">On how many connections.</param>
    public sealed record Unsubscribed(object? Tag, string User, int Subscriptions, int Connections) : UserReply(Tag);

    /// <summary>It was not done (101, 105, 113), or it is not known whether everybody has done it (114: repeat it, that does no harm).</summary>
    public sealed record Refused(object? Tag, ErrorCode Code, string Message) : UserReply(Tag);
}
