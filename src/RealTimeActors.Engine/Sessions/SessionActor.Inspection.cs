using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Sessions;

/// <summary>The session before the eyes and under the hands of an administrator.</summary>
internal sealed partial class SessionActor
{
    /// <summary>Who waits for the session to be gone from the disk.</summary>
    private readonly List<IActorRef<SessionTerminated>> _enders = [];

    private SessionReport Report(object? tag)
    {
        var state = State.Value;
        return new SessionReport(tag, _id, state.Exists, state.User, state.SeenUnixMs, _connection?.Id, _isJournaled, [.. state.Subscriptions.Values.Select(WithAcks)]);
    }

    /// <summary>Acks count before they are journaled.</summary>
    private SessionSubscription WithAcks(SessionSubscription subscription) =>
        _acked.TryGetValue(subscription.Channel, out var cursor) ? subscription with { Prefix = cursor.Prefix, Ahead = [.. cursor.Ahead] } : subscription;

    private void OnTerminate(SessionCommand.Terminate terminate)
    {
        if (!State.Value.Exists)
        {
            terminate.ReplyTo.Tell(new SessionTerminated(_id, Existed: false, null));
            return;
        }

        _connection?.Edge.Tell(new SessionReply.Ended(_connection.Id));
        _enders.Add(terminate.ReplyTo);
        OnEnd();
        if (!_isJournaled)
            AnswerEnders(null);
    }

    private void AnswerEnders(string? failure)
    {
        foreach (var ender in _enders)
            ender.Tell(new SessionTerminated(_id, Existed: true, failure));

        _enders.Clear();
    }
}
