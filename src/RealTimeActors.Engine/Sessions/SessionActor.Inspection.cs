using RealTimeActors.Actors;
using RealTimeActors.Protocol.Names;
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
            inspect.Tag, _id, state.Exists, state.User, state.SeenUnixMs, _connection?.Id, _isJournaled, [.. Shown(inspect.Channel).Select(WithAcks)])
        {
            AwaySinceUnixMs = state.IsAway ? state.SeenUnixMs : NowUnixMs,
            Count = state.Subscriptions.Count,
            Patterns = [.. state.Patterns.Values],
        });
        LeaveUnlessNeeded();
    }

    /// <summary>An actor that was only started because somebody asked for a session which is not there need not stay.</summary>
    private void LeaveUnlessNeeded()
    {
        if (!State.Value.Exists && !_isJournaled && CanStop)
            _shard.Tell(new ShardMessage.Passivate(_id));
    }

    private IEnumerable<SessionSubscription> Shown(ChannelName? only)
    {
        var subscriptions = State.Value.Subscriptions;
        if (only is not { } channel)
            return subscriptions.Values.Where(subscription => !subscription.IsByPattern).Concat(subscriptions.Values.Where(subscription => subscription.IsByPattern).Take(SessionReport.ByPatternMax));

        if (subscriptions.TryGetValue(channel, out var known))
            return [known];

        // Of a channel that was born since its pattern was subscribed to there is no cursor before the first ack.
        var isDurable = _services.Options.SettingsOf(channel).IsDurable;
        return State.Value.PatternOf(channel) is { } pattern ? [new SessionSubscription(channel, pattern.OptionsOf(isDurable), isDurable, "", 0, []) { IsByPattern = true }] : [];
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
