using System.Diagnostics.Metrics;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Hosting.Telemetry;

/// <summary>Counts what becomes of tokens, and follows the check where that is wanted. Knows nothing of the tokens themselves.</summary>
internal sealed class MeasuredAuthenticator(IAuthenticator authenticator, Meter meter, ITraces traces) : IAuthenticator
{
    private readonly OutcomeCounter _checks = new(
        meter, "realtime.authentications", "{token}", "Tokens that were checked, by what became of them.", "outcome", "accepted", "rejected", "expired", "unavailable");

    public void Authenticate(string token, object? tag, IActorRef<AuthenticationReply> replyTo) =>
        authenticator.Authenticate(token, tag, new Ear(this, traces.Begin("authenticate", channel: null), replyTo));

    private sealed class Ear(MeasuredAuthenticator owner, ITrace? trace, IActorRef<AuthenticationReply> replyTo) : IActorRef<AuthenticationReply>
    {
        public ActorPath Path => replyTo.Path;

        public void Tell(AuthenticationReply message)
        {
            var outcome = message switch
            {
                AuthenticationReply.Accepted => "accepted",
                AuthenticationReply.Rejected { IsExpired: true } => "expired",
                AuthenticationReply.Rejected => "rejected",
                _ => "unavailable",
            };
            owner._checks.Count(outcome);
            trace?.End(outcome == "accepted" ? null : outcome);
            replyTo.Tell(message);
        }
    }
}
