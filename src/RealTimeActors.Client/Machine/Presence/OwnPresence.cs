namespace RealTimeActors.Client.Machine.Presence;

/// <summary>What this client says of itself in one channel. The newest word counts, and one is under way at a time: what is said meanwhile waits, and of that the last.</summary>
internal sealed class OwnPresence(string channel)
{
    private const long Nothing = 0;

    /// <summary>Requests that are not answered, oldest first, each with the version that it asked for.</summary>
    private readonly List<(long Request, long Version)> _waiting = [];
    private ReadOnlyMemory<byte>? _said;
    private ReadOnlyMemory<byte>? _taken;
    private long _lastVersion;
    private long _wantedVersion;
    private long _saidVersion;

    /// <summary>What a server has taken last, on this connection or a former one.</summary>
    private long _takenVersion;

    /// <summary>What the server has taken on this connection.</summary>
    private long _heardVersion;

    internal string Channel { get; } = channel;

    /// <summary>What others are to see; null: this client is not to be there.</summary>
    internal ReadOnlyMemory<byte>? Wanted { get; private set; }

    /// <summary>The frame that the next answer belongs to; 0: none is under way.</summary>
    internal long AnswerId { get; private set; }

    /// <summary>When it is to be said again after a refusal for now.</summary>
    internal TimeSpan? RetryAt { get; set; }
    internal int Attempts { get; private set; }
    internal int TokenAttempts { get; set; }
    internal int WaitingCount => _waiting.Count;

    /// <summary>Whether a server may think that this client is there.</summary>
    internal bool MayBeThere { get; private set; }

    /// <summary>Whether there is something that the server has not heard on this connection, and nothing stands before it.</summary>
    internal bool HasNews => AnswerId == 0 && RetryAt is null && _heardVersion != _wantedVersion;

    /// <summary>Whether nothing of it is left to be remembered.</summary>
    internal bool IsOver => Wanted is null && !MayBeThere && AnswerId == 0;

    internal void Want(ReadOnlyMemory<byte>? state, long request)
    {
        Wanted = state;
        _wantedVersion = ++_lastVersion;
        _waiting.Add((request, _wantedVersion));
    }

    /// <summary>The application does not wait any longer; what it wanted stays wanted.</summary>
    internal bool Withdraw(long request) => _waiting.RemoveAll(one => one.Request == request) > 0;

    internal void Saying(long answerId)
    {
        AnswerId = answerId;
        (_said, _saidVersion) = (Wanted, _wantedVersion);
        MayBeThere = true;
    }

    /// <summary>The server has taken it.</summary>
    /// <returns>The requests that are answered by that: what was wanted before has been overtaken.</returns>
    internal List<long> Taken()
    {
        (AnswerId, Attempts, TokenAttempts) = (0, 0, 0);
        (_taken, _takenVersion, _heardVersion) = (_said, _saidVersion, _saidVersion);
        MayBeThere = _said is not null;
        return AnsweredUpTo(_saidVersion);
    }

    /// <summary>The server has refused it for now.</summary>
    internal void Postponed(TimeSpan until)
    {
        (AnswerId, RetryAt) = (0, until);
        Attempts++;
    }

    /// <summary>The server has refused it for good. What it had taken before counts again, if that was something else.</summary>
    /// <param name="isLost">Whether it was nothing new: this client is not there any more, and nobody had asked for that.</param>
    internal List<long> Refused(out bool isLost)
    {
        AnswerId = 0;
        isLost = _said is not null && _saidVersion == _takenVersion;
        if (isLost || _said is null)
            (_taken, _takenVersion) = (null, Nothing);

        // On this connection nothing of it was heard, unless what was taken was taken here.
        MayBeThere = _taken is not null;
        if (_wantedVersion == _saidVersion)
            (Wanted, _wantedVersion) = (_taken, _taken is null ? _heardVersion : _takenVersion);
        return AnsweredUpTo(_saidVersion);
    }

    /// <summary>The server has ended it. What is just being said may be taken all the same.</summary>
    /// <returns>Whether that was all there was: this client is not there any more.</returns>
    internal bool Ended()
    {
        (_taken, _takenVersion, _heardVersion) = (null, Nothing, Nothing);
        if (AnswerId != 0 || _waiting.Count > 0)
            return false;

        (Wanted, _wantedVersion, MayBeThere, RetryAt) = (null, Nothing, false, null);
        return true;
    }

    /// <summary>The server has ended it at this client's own word about something else: it is to be said again.</summary>
    internal void Unsaid() => _heardVersion = Nothing;

    /// <summary>What another connection is told begins anew.</summary>
    internal void ConnectionLost() => (AnswerId, RetryAt, _heardVersion) = (0, null, Nothing);

    /// <summary>All that wait.</summary>
    internal List<long> End() => AnsweredUpTo(_lastVersion);

    private List<long> AnsweredUpTo(long version)
    {
        var answered = _waiting.TakeWhile(one => one.Version <= version).Select(one => one.Request).ToList();
        _waiting.RemoveRange(0, answered.Count);
        return answered;
    }
}
