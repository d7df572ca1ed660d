using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Access;

/// <summary>Finds out who a token belongs to. Checking it is slow work (signatures, keys that are fetched first), so the answer comes as a message.</summary>
public interface IAuthenticator
{
    /// <summary>Checks the token and answers with exactly one <see cref="AuthenticationReply"/>, possibly from inside the call.</summary>
    /// <param name="token">As it came; anything at all. Never logged.</param>
    /// <param name="tag">Comes back with the answer.</param>
    /// <param name="replyTo">Who waits.</param>
    void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo);
}
