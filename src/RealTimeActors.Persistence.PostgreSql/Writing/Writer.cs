using System.Threading.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.PostgreSql.Connections;
using RealTimeActors.Persistence.PostgreSql.Work;

namespace RealTimeActors.Persistence.PostgreSql.Writing;

/// <summary>
/// One connection's worth of writing: takes everything that waits for it, commits it in one round trip, tells the answers, and begins again. The streams of a shard have one
/// writer, so their order is kept; the writers of a node commit beside each other.
/// </summary>
/// <remarks>
/// When the answer to a group is lost, the database is asked what became of it, by closing the session that it was sent on: it is committed by then or never will be. If the
/// database cannot be asked in time, the appends are told to be unknown, and the writer is unsettled: nothing of its streams is read or written until it could be asked.
/// </remarks>
internal sealed class Writer
{
    private static readonly TimeSpan _backoffMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _backoffMax = TimeSpan.FromMilliseconds(200);

    private readonly PostgreSqlStore _store;
    private readonly Database _database;
    private readonly PostgreSqlOptions _options;
    private readonly JournalMeters? _meters;
    private readonly Channel<WriteWork> _waiting = Channel.CreateUnbounded<WriteWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Group _group = new();
    private readonly Task _run;
    private List<WriteWork> _later = [];
    private WriterSession? _session;

    /// <summary>The session whose last group is in doubt, and which of its groups that is; 0: none.</summary>
    private long _previous;
    private long _previousGroup;
    private TimeSpan _backoff = _backoffMin;
    private volatile JournalOutage? _outage;

    /// <summary>Whether the outage is over as soon as there is a session again: what failed was the way there. A full disk is found out about with the next commit.</summary>
    private bool _isAway;

    internal Writer(PostgreSqlStore store, Database database, PostgreSqlOptions options, JournalMeters? meters)
    {
        _store = store;
        _database = database;
        _options = options;
        _meters = meters;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Why the last group could not be committed, or no session opened; null: it could.</summary>
    internal JournalOutage? Outage => _outage;

    /// <summary>Whether it is not known yet what became of a group. Guarded by the gate of the store.</summary>
    internal bool IsUnsettled { get; set; }

    /// <summary>Called under the gate of the store, which gives the order.</summary>
    internal void Add(WriteWork work) => _waiting.Writer.TryWrite(work);

    /// <summary>Ends when what waits is written, or has waited too long.</summary>
    internal async Task CloseAsync()
    {
        _waiting.Writer.TryComplete();
        await _run;
        if (_session is not null)
            await DisposeQuietlyAsync(_session);

        _session = null;
    }

    private async Task RunAsync()
    {
        while (await FillAsync())
        {
            var begun = _options.Time.GetTimestamp();
            await CarryOutAsync();
            _meters?.Committed(_group.Works, begun);
            _store.OnGroupDone(this, _group.Works, isUnsettled: _previous != 0);
            _group.Clear();
        }
    }

    /// <summary>Takes what waits, up to the bounds of a group; waits until there is something. False when the store closes and all is written.</summary>
    private async Task<bool> FillAsync()
    {
        while (true)
        {
            var put = _later;
            _later = [];
            foreach (var work in put)
                Take(work);

            // What waits for the next group is looked at again with each of them: it is not let grow.
            while (!IsFull && _later.Count < _options.GroupWritesMax && _waiting.Reader.TryRead(out var work))
                Take(work);

            if (_group.Works.Count > 0)
                return true;

            if (!IsUnsettled)
            {
                if (!await _waiting.Reader.WaitToReadAsync())
                    return false;
            }
            else if (!await TryOpenAsync() && !await WaitAsync())
            {
                return false;
            }
        }
    }

    private bool IsFull => _group.Works.Count >= _options.GroupWritesMax || _group.Bytes >= _options.GroupBytesMax;

    private void Take(WriteWork work)
    {
        if (IsFull || !_group.TryAdd(work))
            _later.Add(work);
    }

    /// <summary>While unsettled: until something comes, or it is time to try again. False when the store closes.</summary>
    private async Task<bool> WaitAsync()
    {
        try
        {
            return await _waiting.Reader.WaitToReadAsync().AsTask().WaitAsync(NextBackoff(), _options.Time);
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    /// <summary>Gives every write of the group its answer.</summary>
    private async Task CarryOutAsync()
    {
        var toldAt = _group.Works.Min(work => work.ToldAt);
        while (true)
        {
            if (_session is null && !await TryOpenAsync())
            {
                if (IsOver(toldAt))
                {
                    _group.Fail(JournalFault.Unavailable, _outage!.Told);
                    return;
                }

                await Task.Delay(NextBackoff(), _options.Time);
                continue;
            }

            _store.OnGroupSent(_group.Works);
            var failure = await TryCommitAsync();
            if (failure is null)
                return;

            var outage = Fails(failure);

            // Committed, or in doubt: either way it has its answers. What certainly was not is sent once more.
            if (failure.IsLost && await LearnAsync(toldAt) is not false)
                return;

            if ((!failure.IsLost && !failure.IsTransient) || IsOver(toldAt))
            {
                _group.Fail(failure.Fault, outage.Told);
                return;
            }

            if (!failure.IsLost)
                await Task.Delay(NextBackoff(), _options.Time);
        }
    }

    private async Task<DatabaseFailure?> TryCommitAsync()
    {
        var session = _session!;
        var commit = session.CommitAsync(_group);
        try
        {
            // The database gives a statement up first. This is for one that does not answer at all.
            _group.Decide(await commit.WaitAsync(_options.StatementWithin + _options.ConnectWithin, _options.Time));
            _outage = null;
            _backoff = _backoffMin;
            return null;
        }
        catch (Exception error)
        {
            // A session that met an error is not trusted again: the next group opens another.
            var failure = DatabaseFailure.Of(error, _database.Name);
            _session = null;
            (_previous, _previousGroup) = failure.IsLost ? (session.Writer, session.Groups) : (0, 0);
            _ = EndAsync(session, commit);
            return failure;
        }
    }

    /// <summary>Asks the database what became of the group that was sent last, whose answer was lost. Null: it cannot be asked in time; the writes are told so.</summary>
    private async Task<bool?> LearnAsync(long toldAt)
    {
        var lostAt = _options.Time.GetTimestamp();
        while (true)
        {
            if (await OpenAsync() is { } opened)
            {
                if (opened.IsCommitted is not { } isCommitted)
                    return Doubt("the database does not remember the session that wrote it");

                if (isCommitted)
                    _group.Decide(opened.Outcome);

                return isCommitted;
            }

            if (IsOver(toldAt) && IsOver(lostAt))
                return Doubt(_outage!.Told);

            await Task.Delay(NextBackoff(), _options.Time);
        }

        bool? Doubt(string why)
        {
            _group.Doubt($"It is not known whether the write was committed: {why}");
            return null;
        }
    }

    private async Task<bool> TryOpenAsync() => await OpenAsync() is not null;

    private async Task<Opened?> OpenAsync()
    {
        var open = WriterSession.OpenAsync(_database, _options.Node, _previous, CancellationToken.None);
        try
        {
            var (session, groups, outcome) = await open.WaitAsync(_options.StatementWithin + _options.ConnectWithin, _options.Time);
            var opened = new Opened(groups is null ? null : groups == _previousGroup, outcome);
            (_session, _previous, _previousGroup) = (session, 0, 0);
            if (_isAway)
                _outage = null;

            _backoff = _backoffMin;
            _store.OnSettled(this);
            return opened;
        }
        catch (Exception error)
        {
            Fails(DatabaseFailure.Of(error, _database.Name));
            _ = EndAsync(open);
            return null;
        }
    }

    private JournalOutage Fails(DatabaseFailure failure)
    {
        _isAway = failure.IsLost;
        return _outage = new JournalOutage(failure.Reason, failure.Message, _outage?.Since ?? _options.Time.GetUtcNow());
    }

    private bool IsOver(long since) => _options.Time.GetElapsedTime(since) >= _options.WriteWithin;

    private TimeSpan NextBackoff()
    {
        var next = _backoff;
        _backoff = _backoff * 2 < _backoffMax ? _backoff * 2 : _backoffMax;
        return next;
    }

    /// <summary>Nobody waits for it any more: it is let go when it comes to an end, whatever that is.</summary>
    private static async Task EndAsync(WriterSession session, Task commit)
    {
        await commit.ContinueWith(_ => { }, TaskScheduler.Default);
        await DisposeQuietlyAsync(session);
    }

    private static async Task EndAsync(Task<(WriterSession Session, long?, GroupOutcome)> open)
    {
        await open.ContinueWith(_ => { }, TaskScheduler.Default);
        if (open.IsCompletedSuccessfully)
            await DisposeQuietlyAsync((await open).Session);
    }

    private static async Task DisposeQuietlyAsync(WriterSession session)
    {
        try
        {
            await session.DisposeAsync();
        }
        catch (Exception error) when (DatabaseFailure.Is(error))
        {
            // Its connection is gone: there is nothing left to say good-bye to.
        }
    }

    /// <summary>What was learnt of the session before: whether its last group is committed (null: it is not remembered), and what came of it.</summary>
    private sealed record Opened(bool? IsCommitted, GroupOutcome Outcome);
}
