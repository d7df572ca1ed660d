using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.HttpSessions;

/// <content>What goes down: a bounded buffer, and at most one request at a time that fetches from it.</content>
public sealed partial class HttpLine
{
    private readonly DownBuffer _down;
    private DownReader? _reader;
    private long _absentSince;
    private long _endedAt;
    private bool _isRefusing;
    private bool _isAbandoned;

    /// <summary>Takes as many of the bytes as there is room for, and says how many. After the end it takes everything and drops it.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (HasEnded)
            return bytes.Length;

        // While nobody fetches, little is held: the rest waits in the channels' rings or the log, where it costs nothing.
        var taken = _down.Take(bytes, _reader is null ? _options.DownBytesAbsentMax : int.MaxValue);
        _isRefusing = taken < bytes.Length;
        _reader?.Signal();
        return taken;
    }

    /// <summary>What a client says that it has when it has everything up to this batch.</summary>
    public BatchId IdOf(long number) => new(Id, _options.Bug == PlantedBug.BatchIdOneTooFar && number > 0 ? number + 1 : number);

    /// <summary>Where a request begins that has this already; null: it has nothing.</summary>
    /// <param name="after">What it has. A batch of another line says nothing here: of this one its client has had nothing.</param>
    /// <param name="hasIdentity">Whether the request says itself whose it is, so that it could resume what ended for want of a token.</param>
    public DownStart StartOf(BatchId? after, bool hasIdentity)
    {
        var number = after is { } id && (id.Connection == Id || _options.Bug == PlantedBug.BatchOfAnotherLine) ? id.Number : 0;
        if (!_down.CanFollow(number))
            return DownStart.Anew.Instance;

        // Whoever comes again after he was given up finds his session, and not what is left of this: what waits here was told to nobody, and is in the log.
        if (!HasEnded || (!_isAbandoned && _down.Next(number, _time.GetTimestamp()) is not null))
            return new DownStart.After(number);

        return _close is { } close && IsOver(close, hasIdentity) ? new DownStart.Over(close) : DownStart.Anew.Instance;
    }

    /// <summary>From now on this request fetches what comes down; one that did before ends.</summary>
    /// <returns>That one, where it is in the middle of a write: it would not notice before its client takes that, and is to be aborted.</returns>
    public DownReader? Attach(DownReader reader, long after)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (var former, _reader) = (_reader, reader);
        Name = reader.Name;
        _down.Forget(after);
        former?.Signal();
        (var isRefusing, _isRefusing) = (_isRefusing, false);
        reader.WroteAt = _time.GetTimestamp();

        // Whoever fetches is alive.
        if (!HasEnded)
        {
            _connection?.Received([], 0);
            if (isRefusing)
                _connection?.Writable();
        }

        return former is { WritingSince: > 0 } ? former : null;
    }

    /// <summary>The request is over.</summary>
    public void Detach(DownReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (_reader != reader)
            return;

        _reader = null;
        _absentSince = _time.GetTimestamp();
        reader.Signal();
    }

    /// <summary>What follows the batch <paramref name="after"/>; null: nothing yet, and the reader is signalled when there may be something.</summary>
    /// <param name="reader">Who fetches.</param>
    /// <param name="after">The number of the last batch that it has.</param>
    public DownRead? Read(DownReader reader, long after)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (_reader != reader)
            return DownRead.Replaced.Instance;

        if (_options.Bug == PlantedBug.WrittenCountsAsRead)
            after = Math.Max(after, _down.Last);

        // What it still had to be given again was kept too long: this request ends, and the next one goes on where the session is.
        if (!_down.CanFollow(after))
            return DownRead.Replaced.Instance;

        if (_down.Next(after, _time.GetTimestamp()) is { } batch)
        {
            if (_isRefusing && !HasEnded)
            {
                _isRefusing = false;
                _connection?.Writable();
            }

            return new DownRead.Frames(batch);
        }

        if (HasEnded)
            return DownRead.Ended.Instance;

        if (!reader.IsHeartbeatDue)
            return null;

        reader.IsHeartbeatDue = false;
        return DownRead.Nothing.Instance;
    }

    /// <summary>The reader begins or ends a write: while it writes nothing is known of its client.</summary>
    public void Writes(DownReader reader, bool begins)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var now = _time.GetTimestamp();
        reader.WritingSince = begins ? now : 0;
        reader.WroteAt = now;
    }

    /// <summary>About a second has passed: whoever was not seen for too long is given up, whoever is only quiet is shown a sign of life.</summary>
    public LineLook Look()
    {
        // Whoever had not noticed by now that he was cut off is closed by the heartbeat: an idle connection keeps nothing.
        while (_down.OldestFetchedAt is { } fetched && _time.GetElapsedTime(fetched) >= _options.BatchesKeptFor)
            _down.ForgetOldest();

        if (_reader is { WritingSince: 0 } quiet && _time.GetElapsedTime(quiet.WroteAt) >= _options.StreamHeartbeat)
        {
            quiet.IsHeartbeatDue = true;
            quiet.Signal();
        }

        return new LineLook(
            HasEnded && _reader is { WritingSince: > 0 } && _time.GetElapsedTime(_endedAt) >= _options.LastWriteWithin ? _reader : null,
            IsAbandoned: !HasEnded && _reader is null && _time.GetElapsedTime(_absentSince) >= _options.DownStreamWithin,
            IsOver: HasEnded && _time.GetElapsedTime(_endedAt) >= _options.DownStreamWithin);
    }

    /// <summary>Whether coming again is of no use: the code says to stay away, or a token is needed and none came.</summary>
    private static bool IsOver(ServerFrame.Close close, bool hasIdentity) => close.Code is >= 4400 and < 4500 || (close.Code is >= 4300 and < 4400 && !hasIdentity);
}
