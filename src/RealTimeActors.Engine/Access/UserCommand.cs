using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Access;

/// <summary>What an administrator can ask about a user. Each is answered by exactly one <see cref="UserReply"/>. Whether the asker may ask is the caller's to find out.</summary>
/// <param name="User">The token's <c>sub</c>.</param>
public abstract record UserCommand(string User)
{
    /// <summary>
    /// Puts the user out: closes his connections on every edge, and takes no token of his any more that was issued before now, where <paramref name="Revokes"/> says so.
    /// Now is when it is carried out, as the answer says: where a node does not know who has the users, it keeps the order for some seconds, and a token that was issued meanwhile is refused, too.
    /// Answered by <see cref="UserReply.Disconnected"/> when every edge has closed them; by then the revocation is on disk.
    /// </summary>
    /// <param name="User">Whom.</param>
    /// <param name="Revokes">True: the user's tokens from before now are refused everywhere, at hello, at refresh and over HTTP, also after a restart. False: they stay good.</param>
    /// <param name="StaysAway">False: clients get a new token and come back (4300, or 4302 where it was revoked). True: they do not come back by themselves (4403).</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who waits.</param>
    public sealed record Disconnect(string User, bool Revokes, bool StaysAway, object? Tag, IActorRef<UserReply> ReplyTo) : UserCommand(User);

    /// <summary>May this identity, whose token is good, be taken? Answered by an <see cref="AuthenticationReply"/>: the acceptance itself, or why not. Waits until it is known who was put out.</summary>
    /// <param name="Accepted">The identity, and the tag of the answer.</param>
    /// <param name="ReplyTo">Who waits.</param>
    public sealed record Judge(AuthenticationReply.Accepted Accepted, IActorRef<AuthenticationReply> ReplyTo) : UserCommand(Accepted.Identity.User ?? "");

    /// <summary>
    /// Ends the user's subscriptions to these channels on every connection that is open now, and takes them out of their sessions; clients are told (2002) and do not subscribe again
    /// by themselves. His rights stay as they are. Answered by <see cref="UserReply.Unsubscribed"/>.
    /// </summary>
    /// <param name="User">Whose.</param>
    /// <param name="Channels">A channel's name, or a pattern.</param>
    /// <param name="Tag">Comes back with the answer.</param>
    /// <param name="ReplyTo">Who waits.</param>
    public sealed record Unsubscribe(string User, ChannelPattern Channels, object? Tag, IActorRef<UserReply> ReplyTo) : UserCommand(User);
}
