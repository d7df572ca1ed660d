using RealTimeActors.Actors;
using RealTimeActors.Engine.Access;

namespace RealTimeActors.Edge.Authentication;

/// <summary>The address that an HTTP request's token check is answered to.</summary>
internal sealed class PendingAuthentication : IActorRef<AuthenticationReply>
{
    // What follows must not run inside whoever answers.
    private readonly TaskCompletionSource<AuthenticationReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActorPath Path { get; } = new(null, "pending-authentication");

    public void Tell(AuthenticationReply message) => _reply.TrySetResult(message);

    /// <summary>Has the token, or whoever is behind it, judged; <see cref="AuthenticationReply.Unavailable"/> when no answer comes in time.</summary>
    internal static async Task<AuthenticationReply> AskAsync(Action<IActorRef<AuthenticationReply>> ask, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var pending = new PendingAuthentication();
        ask(pending);
        try
        {
            return await pending._reply.Task.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new AuthenticationReply.Unavailable(null, $"The token could not be checked within {timeout.TotalSeconds} s; repeat the request.");
        }
    }
}
