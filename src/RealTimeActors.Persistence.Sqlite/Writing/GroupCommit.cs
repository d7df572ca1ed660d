using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;
using RealTimeActors.Persistence.Sqlite.Work;
using SQLitePCL;

namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>Carries out what waits as one transaction, and decides what everyone is answered when it fails.</summary>
/// <remarks>
/// What SQLite promises (and <c>README.md</c> of this project retells): a statement that fails before COMMIT leaves a transaction that is rolled back, certainly not written.
/// A COMMIT that fails because the disk is full did not write its last page whole, which is the one that makes it count: certainly not written either. A COMMIT that fails in
/// another way, as in the flush, may have left a whole transaction in the log which this process has forgotten and a crash would bring back: unknown. The next commit overwrites
/// that place, so before anything else is read or written one small <em>settling</em> commit must succeed.
/// </remarks>
internal sealed class GroupCommit(string file, SqliteJournalOptions options, Action<WriteWork, long> onEndMoves) : IDisposable
{
    private JournalFile? _file = new(file, options.HeadsMax);
    private bool _hasFailed;
    private volatile JournalOutage? _outage;

    /// <summary>While an unknown commit is not settled nothing may be read: why. Otherwise null.</summary>
    internal SqliteFailure? Unreadable { get; private set; }

    /// <summary>Why the last group could not be committed; null: it was. May be read from any thread.</summary>
    internal JournalOutage? Outage => _outage;

    /// <summary>The connection of the writer, for checkpoints between groups. Null after an error, until the next group.</summary>
    internal Connection? Connection => _file?.Connection;

    /// <summary>Whether there are rows to delete while nobody writes. Not after a failure: then the next write is the one to try.</summary>
    internal bool HasIdleWork => _file is { Reclaimer.HasWork: true } && !_hasFailed;

    /// <summary>Carries out the group and leaves an answer in each piece of work. Tells nobody.</summary>
    internal void Run(IReadOnlyList<WriteWork> group)
    {
        try
        {
            _file ??= new JournalFile(file, options.HeadsMax);
            Settle();
            _file.Begin();
            var nowMs = options.Time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var work in group)
                work.Answer = Run(_file, work, nowMs);

            _file.Reclaimer.Slice(Math.Max(256, group.Count * 2));
        }
        catch (SqliteFailure failure)
        {
            Undo(failure);
            FailAll(group, failure, isUnknown: false);
            return;
        }

        try
        {
            _file.Commit();
            _file.Keep();
            _hasFailed = false;
            _outage = null;
        }
        catch (SqliteFailure failure)
        {
            var isUnknown = (failure.Code & 0xff) is not (raw.SQLITE_FULL or raw.SQLITE_BUSY);
            if (isUnknown)
                Unreadable = failure;

            Undo(failure);
            FailAll(group, failure, isUnknown);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void FailAll(IReadOnlyList<WriteWork> group, SqliteFailure failure, bool isUnknown)
    {
        foreach (var work in group)
        {
            if (!work.IsRefused)
                work.Answer = isUnknown ? work.Unknown($"It is not known whether the commit was written. {_outage!.Told}") : work.Failed(failure.Fault, _outage!.Told);
        }
    }

    private JournalReply Run(JournalFile into, WriteWork work, long nowMs)
    {
        if (work.IsRefused)
            return work.Failed(JournalFault.Overloaded, $"More is waiting for the disk than it takes ({options.WritesMax} writes, {options.WriteBytesMax} bytes). Try again later.");

        // Where the stream ended before, if the write moves the end. After a delete nothing of the old stream is left to show, and nothing of a new one may be.
        long? end = null;
        var reply = work switch
        {
            AppendWork append => into.Append(append, nowMs, out end),
            TrimWork trim => into.Trim(trim),
            DeleteWork delete => into.Delete(delete, out end),
            SnapshotWork snapshot => into.SaveSnapshot(snapshot),
            ProbeWork probe => into.Probe(probe),
            _ => throw new InvalidOperationException($"The writer was given {work.GetType().Name}."),
        };

        // Only the writer lets reads go while their stream is being written, so a look without the gate misses none.
        if (end is { } endBefore && work.Lane.HasOpenReads)
            onEndMoves(work, endBefore);

        return reply;
    }

    private void Settle()
    {
        if (Unreadable is null)
            return;

        _file!.Begin();
        _file.Connection.Execute("INSERT INTO meta (name, value) VALUES ('settled', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1");
        _file.Commit();
        Unreadable = null;
    }

    private void Undo(SqliteFailure failure)
    {
        _hasFailed = true;
        _outage = new JournalOutage(failure.Reason, failure.Explanation, _outage?.Since ?? options.Time.GetUtcNow());
        _file?.Undo();
        if (failure.Fault == JournalFault.Full)
            return;

        // A connection that met an error of the disk is not trusted again: the next group opens another.
        _file?.Dispose();
        _file = null;
    }
}
