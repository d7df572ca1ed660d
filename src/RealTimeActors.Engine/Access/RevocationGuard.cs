using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Access;

/// <summary>Stands before the door that checks tokens: a token that is good is taken only if its user was not put out after it had been issued.</summary>
/// <remarks>The last word is the <see cref="RevocationsActor"/>'s: what it has let through it closes again itself, should the user be put out a moment later.</remarks>
internal sealed class RevocationGuard(IAuthenticator door, IActorRef<UserCommand> users) : IAuthenticator
{
    public void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo) =>
        door.Authenticate(token, tag, new Beyond(users, replyTo));

    /// <summary>Where the door's answer goes: what it accepts to the revocations, everything else straight on.</summary>
    private sealed class Beyond(IActorRef<UserCommand> users, IActorRef<AuthenticationReply> replyTo) : IActorRef<AuthenticationReply>
    {
        public ActorPath Path => replyTo.Path;

        public void Tell(AuthenticationReply message)
        {
            if (message is AuthenticationReply.Accepted { Identity.User: not null } accepted)
                users.Tell(new UserCommand.Judge(accepted, replyTo));
            else
                replyTo.Tell(message);
        }
    }
}
