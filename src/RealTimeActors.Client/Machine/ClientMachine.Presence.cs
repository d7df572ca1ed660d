using RealTimeActors.Client.Machine.Presence;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Who is there: what this client says of itself, on each connection again, and what the server says of everybody.
public sealed partial class ClientMachine
{
    /// <summary>By channel, in an order that is the same every time.</summary>
    private readonly SortedDictionary<string, OwnPresence> _own = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PresenceView> _presences = new(StringComparer.Ordinal);

    /// <summary>Is there, for others to see, until it leaves; or shows something else of itself. Its end is told by a <see cref="ClientEffect.Complete"/> with the number that is returned. What the server has taken
    /// is said again on each connection; when it is not taken any more, <see cref="ClientEffect.PresenceLost"/> tells.</summary>
    /// <param name="now">The time.</param>
    /// <param name="channel">Where.</param>
    /// <param name="state">What others see, compact JSON. It must not change.</param>
    public long Enter(TimeSpan now, string channel, ReadOnlyMemory<byte> state)
    {
        var id = NextId();
        var waiting = _own.Values.Sum(own => own.WaitingCount);
        if (RefusalOf("state", state.Length + channel.Length + PresenceBytesAtLeast, waiting < _options.RequestsMax, waiting, _own.Values.Sum(own => (long)(own.Wanted?.Length ?? 0))) is { } refusal)
        {
            Emit(new ClientEffect.Complete(id, refusal));
            return id;
        }

        if (!_own.TryGetValue(channel, out var present))
            _own.Add(channel, present = new OwnPresence(channel));
        present.Want(state, id);
        Say(now, present);
        return id;
    }

    /// <summary>Is not there any more. Its end is told by a <see cref="ClientEffect.Complete"/>, too; where there was nothing to leave it is told at once.</summary>
    public long Leave(TimeSpan now, string channel)
    {
        var id = NextId();
        if (IsOver)
        {
            Reject(id, RejectReason.Closed, "The client is closed.");
        }
        else if (!_own.TryGetValue(channel, out var own))
        {
            Emit(new ClientEffect.Complete(id, new RequestOutcome.Done()));
        }
        else
        {
            own.Want(null, id);
            if (own.IsOver)
                Complete(now, own, own.End(), new RequestOutcome.Done());
            else
                Say(now, own);
        }

        return id;
    }

    /// <summary>Who is there, as far as this client is told.</summary>
    public PresenceSnapshot PresenceOf(string channel) => _presences.TryGetValue(channel, out var view) ? view.Snapshot : PresenceSnapshot.Unknown;

    private void Say(TimeSpan now, OwnPresence own)
    {
        if (_phase != ConnectionPhase.Welcomed || !own.HasNews)
            return;

        own.Saying(NextId());
        Send(now, new ClientFrame.Presence(own.Channel, own.Wanted ?? default) { Leave = own.Wanted is null, Id = own.AnswerId });
    }

    private void ResumePresence(TimeSpan now)
    {
        foreach (var own in _own.Values)
            Say(now, own);
    }

    private OwnPresence? FindOwn(long answerId) => answerId == 0 ? null : _own.Values.FirstOrDefault(own => own.AnswerId == answerId);

    private void OnPresenceTaken(TimeSpan now, OwnPresence own) => Complete(now, own, own.Taken(), new RequestOutcome.Done());

    private void OnPresenceError(TimeSpan now, OwnPresence own, ServerFrame.Error error)
    {
        switch (ErrorCodes.RetryOf(error.Code))
        {
            case RetryClass.Same or RetryClass.Backoff:
                var after = TimeSpan.FromMilliseconds(error.AfterMs ?? 0);
                var pause = Backoff.Pause(_advice, own.Attempts, _chance());
                own.Postponed(now + (after > pause ? after : pause));
                break;
            case RetryClass.Token when _options.UsesTokens && own.TokenAttempts++ == 0:
                RenewToken(now, error.Message);
                break;
            default:
                var answered = own.Refused(out var isLost);
                if (isLost && own.Wanted is null)
                    Emit(new ClientEffect.PresenceLost(own.Channel, error.Code, error.Message));
                Complete(now, own, answered, new RequestOutcome.Refused(error.Code, error.Message, MayBeInLog: false));
                break;
        }
    }

    private void Complete(TimeSpan now, OwnPresence own, List<long> answered, RequestOutcome outcome)
    {
        foreach (var request in answered)
            Emit(new ClientEffect.Complete(request, outcome));
        if (own.HasNews)
            Say(now, own);
        if (!own.IsOver)
            return;

        _own.Remove(own.Channel);
        ForgetUntold();
    }

    private void OnPresence(ServerFrame.PresenceDiff diff)
    {
        // What is still under way of something that was left says nothing any more.
        if (!IsTold(diff.Channel))
            return;

        if (diff.Kind == PresenceKind.Ended)
        {
            OnPresenceEnded(diff);
            return;
        }

        if (!_presences.TryGetValue(diff.Channel, out var view))
            _presences.Add(diff.Channel, view = new PresenceView());
        if (view.Take(diff))
            Emit(new ClientEffect.PresenceShown(diff.Channel, view.Snapshot));
    }

    /// <summary>The right is gone, or the user was put off the channel. What is followed goes on, and asks for presence no more: to ask would be to be refused altogether.</summary>
    private void OnPresenceEnded(ServerFrame.PresenceDiff diff)
    {
        if (_byChannel.TryGetValue(diff.Channel, out var subscription))
            subscription.IsPresenceEnded = true;
        if (_own.TryGetValue(diff.Channel, out var own) && own.Ended())
            _own.Remove(diff.Channel);

        Emit(new ClientEffect.PresenceLost(diff.Channel, ErrorCode.Forbidden, diff.Reason ?? "The server tells no more who is there."));
        ForgetUntold();
    }

    /// <summary>To the server, whoever unsubscribes is not there any more. This client has only stopped following, and says so before anybody else is told that it has gone.</summary>
    private void SayUnsubscribe(TimeSpan now, string channel)
    {
        Send(now, new ClientFrame.Unsubscribe(channel));
        if (!_own.TryGetValue(channel, out var own))
            return;

        own.Unsaid();
        Say(now, own);
    }

    /// <summary>Whether the server tells this client who is there: because it is itself, or follows the channel with that interest.</summary>
    private bool IsTold(string channel) =>
        _own.ContainsKey(channel) || (_byChannel.TryGetValue(channel, out var subscription) && subscription.IsInterested);

    /// <summary>What nobody tells of any more is not known any more.</summary>
    private void ForgetUntold()
    {
        foreach (var channel in _presences.Keys.Where(channel => !IsTold(channel)).ToList())
        {
            _presences.Remove(channel);
            Emit(new ClientEffect.PresenceShown(channel, PresenceSnapshot.Unknown));
        }
    }

    private void DetachPresence()
    {
        foreach (var own in _own.Values)
            own.ConnectionLost();
        foreach (var (channel, view) in _presences)
        {
            if (view.ConnectionLost())
                Emit(new ClientEffect.PresenceShown(channel, view.Snapshot));
        }
    }

    private void EndPresence()
    {
        foreach (var request in _own.Values.SelectMany(own => own.End()))
            Reject(request, RejectReason.Closed, "The client was closed before the answer came.");
        _own.Clear();
    }

    private bool WithdrawPresence(long request)
    {
        if (!_own.Values.Any(own => own.Withdraw(request)))
            return false;

        Reject(request, RejectReason.Withdrawn, "It was withdrawn by the application, which does not wait for it any longer.");
        return true;
    }

    private TimeSpan? PresenceDeadline
    {
        get
        {
            TimeSpan? next = null;
            if (_phase != ConnectionPhase.Welcomed)
                return next;

            foreach (var own in _own.Values)
                next = Earlier(next, own.RetryAt);
            return next;
        }
    }

    private void TickPresence(TimeSpan now)
    {
        if (_phase != ConnectionPhase.Welcomed)
            return;

        foreach (var own in _own.Values.Where(own => own.RetryAt <= now))
        {
            own.RetryAt = null;
            Say(now, own);
        }
    }

    // Id, names in JSON.
    private const int PresenceBytesAtLeast = 60;
}
