using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>A token that waits to be checked, and who waits for the answer.</summary>
/// <param name="Token">As it came.</param>
/// <param name="Tag">Goes back with the answer.</param>
/// <param name="ReplyTo">Who waits.</param>
internal sealed record PendingCheck(string Token, object? Tag, IActorRef<AuthenticationReply> ReplyTo)
{
    /// <summary>What the question for newer keys brought; null: it was not asked.</summary>
    internal Jwks.KeysAnswer? Keys { get; init; }

    internal void Accept(Identity identity) => ReplyTo.Tell(new AuthenticationReply.Accepted(Tag, identity));

    internal void Reject(string reason, bool isExpired) => ReplyTo.Tell(new AuthenticationReply.Rejected(Tag, reason) { IsExpired = isExpired });

    internal void PutOff(string reason) => ReplyTo.Tell(new AuthenticationReply.Unavailable(Tag, reason));

    // A record would print the token.
    public override string ToString() => nameof(PendingCheck);
}
