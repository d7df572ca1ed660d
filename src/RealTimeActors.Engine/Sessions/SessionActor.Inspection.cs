using RealTimeActors.Actors;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Sessions;

/// <summary>The session before the eyes and under the hands of an administrator.</summary>
internal sealed partial class SessionActor
{
    /// <summary>Who waits for the session to be gone from the disk.</summary>
    private List<IActorRef<SessionTerminated>>? _enders;

    private void OnInspect(SessionCommand.Inspect inspect)
    {
        var state = State.Value;
        inspect.ReplyTo.Tell(new SessionReport(
            inspect.Tag, _id, state.Exists, state.User, state.SeenUnixMs, _connection?.Id, _isJournaled, [.. state.Subscriptions.Values.Select(WithAcks)]));
        LeaveUnlessNeeded();
    }

    /// <summary>An actor that was only started because somebody asked for a session which is not there need not stay.</summary>
    private void LeaveUnlessNeeded()
    {
        if (!State.Value.Exists && !_isJournaled && CanStop)
            _shard.Tell(new ShardMessage.Passivate(_id));
    }

    /// <summary>Acks count before they are journaled.</summary>
    private SessionSubscription WithAcks(SessionSubscription subscription) =>
        _acked.TryGetValue(subscription.Channel, out var cursor) ? subscription with { Prefix = cursor.Prefix, Ahead = [.. cursor.Ahead] } : subscription;

    private void OnTerminate(SessionCommand.Terminate terminate)
    {
        if (!State.Value.Exists)
        {
            terminate.ReplyTo.Tell(new SessionTerminated(_id, Existed: false, null));
            LeaveUnlessNeeded();
            return;
        }

        _connection?.Edge.Tell(new SessionReply.Ended(_connection.Id));
        (_enders ??= []).Add(terminate.ReplyTo);
        _services.Meters.SessionEnded("ended");
        OnEnd();
        if (!_isJournaled)
            AnswerEnders(null);
    }

    private void AnswerEnders(string? failure)
    {
        foreach (var ender in _enders ?? [])
            ender.Tell(new SessionTerminated(_id, Existed: true, failure));

        _enders = null;
    }
}
