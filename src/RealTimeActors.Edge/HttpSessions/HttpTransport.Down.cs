using RealTimeActors.Engine.Connections;

namespace RealTimeActors.Edge.HttpSessions;

/// <content>What goes down: a bounded buffer, and at most one request at a time that fetches from it.</content>
internal sealed partial class HttpTransport
{
    private readonly DownBuffer _down;
    private DownReader? _reader;
    private long _absentSince;
    private long _endedAt;
    private bool _isRefusing;
    private volatile string _name = TransportNames.Http;

    public int Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return bytes.Length;

            // While nobody fetches, little is held: the rest waits in the channels' rings or the log, where it costs nothing.
            var taken = _down.Take(bytes, _reader is null ? _options.DownBytesAbsentMax : int.MaxValue);
            _isRefusing = taken < bytes.Length;
            _reader?.Signal();
            return taken;
        }
    }

    /// <summary>Whether what follows this batch can still be fetched here; null: everything from the beginning.</summary>
    /// <remarks>A batch of another connection says nothing here: of this one its client has had nothing.</remarks>
    internal bool CanFollow(BatchId? after)
    {
        lock (_gate)
            return _down.CanFollow(after is { } id && id.Connection == Id ? id.Number : 0);
    }

    /// <summary>Whether something follows this batch already.</summary>
    internal bool HasMore(long after)
    {
        lock (_gate)
            return _down.Next(after, _time.GetTimestamp()) is not null;
    }

    /// <summary>From now on this request fetches what comes down; one that did before ends.</summary>
    internal void Attach(DownReader reader, long after)
    {
        DownReader? former;
        bool isRefusing;
        lock (_gate)
        {
            (former, _reader) = (_reader, reader);
            _name = reader.Name;
            _down.Forget(after);
            former?.Signal();
            (isRefusing, _isRefusing) = (_isRefusing, false);
            reader.WroteAt = _time.GetTimestamp();

            // Whoever fetches is alive.
            if (!_hasEnded)
            {
                _connection?.Received([], 0);
                if (isRefusing)
                    _connection?.Writable();
            }
        }

        // In the middle of a write it would not notice before its client takes that.
        if (former is { WritingSince: > 0 })
            former.Abort();
    }

    /// <summary>The request is over.</summary>
    internal void Detach(DownReader reader)
    {
        lock (_gate)
        {
            if (_reader != reader)
                return;

            _reader = null;
            _absentSince = _time.GetTimestamp();
            reader.Signal();
        }
    }

    /// <summary>Waits for what follows the batch <paramref name="after"/>.</summary>
    /// <param name="reader">Who fetches.</param>
    /// <param name="after">The number of the last batch that it has.</param>
    /// <param name="wait">How long it waits for one; null: until there is one, with signs of life between.</param>
    internal async ValueTask<DownRead> ReadAsync(DownReader reader, long after, TimeSpan? wait = null)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            Task signal;
            lock (_gate)
            {
                if (TryRead(reader, after) is { } read)
                    return read;

                signal = reader.WaitAsync();
            }

            if (wait is not { } limit)
            {
                await signal;
                continue;
            }

            var left = limit - _time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                return DownRead.Nothing.Instance;

            try
            {
                await signal.WaitAsync(left, _time);
            }
            catch (TimeoutException)
            {
                return DownRead.Nothing.Instance;
            }
        }
    }

    /// <summary>The reader begins or ends a write: while it writes nothing is known of its client.</summary>
    internal void Writes(DownReader reader, bool begins)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            reader.WritingSince = begins ? now : 0;
            reader.WroteAt = now;
        }
    }

    public void Look()
    {
        DownReader? stuck = null;
        bool isAbandoned, isOver;
        lock (_gate)
        {
            // Whoever had not noticed by now that he was cut off is closed by the heartbeat: an idle connection keeps nothing.
            while (_down.OldestFetchedAt is { } fetched && _time.GetElapsedTime(fetched) >= _options.BatchesKeptFor)
                _down.ForgetOldest();

            isAbandoned = !_hasEnded && _reader is null && _time.GetElapsedTime(_absentSince) >= _options.DownStreamWithin;
            isOver = _hasEnded && _time.GetElapsedTime(_endedAt) >= _options.DownStreamWithin;
            if (_hasEnded && _reader is { WritingSince: > 0 } && _time.GetElapsedTime(_endedAt) >= _options.LastWriteWithin)
                stuck = _reader;

            if (_reader is { WritingSince: 0 } quiet && _time.GetElapsedTime(quiet.WroteAt) >= _options.StreamHeartbeat)
            {
                quiet.IsHeartbeatDue = true;
                quiet.Signal();
            }
        }

        stuck?.Abort();
        if (isAbandoned)
            Abandon();

        if (isOver)
            _connections.Forget(this);
    }

    private DownRead? TryRead(DownReader reader, long after)
    {
        if (_reader != reader)
            return DownRead.Replaced.Instance;

        // What it still had to be given again was kept too long: this request ends, and the next one goes on where the session is.
        if (!_down.CanFollow(after))
            return DownRead.Replaced.Instance;

        if (_down.Next(after, _time.GetTimestamp()) is { } batch)
        {
            if (_isRefusing && !_hasEnded)
            {
                _isRefusing = false;
                _connection?.Writable();
            }

            return new DownRead.Frames(batch);
        }

        if (_hasEnded)
            return DownRead.Ended.Instance;

        if (!reader.IsHeartbeatDue)
            return null;

        reader.IsHeartbeatDue = false;
        return DownRead.Nothing.Instance;
    }
}
