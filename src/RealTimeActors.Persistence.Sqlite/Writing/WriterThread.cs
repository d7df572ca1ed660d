using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Work;

namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>The one thread that writes: takes everything that waits, commits it, tells the answers, and begins again.</summary>
internal sealed class WriterThread : IDisposable
{
    private readonly SqliteJournal _journal;
    private readonly GroupCommit _commit;
    private readonly Checkpoints _checkpoints;
    private readonly JournalMeters? _meters;
    private readonly List<WriteWork> _group = [];
    private readonly Thread _thread;

    internal WriterThread(SqliteJournal journal, string file, SqliteJournalOptions options, JournalMeters? meters)
    {
        _journal = journal;
        _meters = meters;
        _commit = new GroupCommit(file, options, journal.OnEndMoves);
        _checkpoints = new Checkpoints(file, options);
        _thread = new Thread(Run) { Name = "journal writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why the last group could not be committed; null: it was.</summary>
    internal JournalOutage? Outage => _commit.Outage;

    /// <summary>Waits for the end: the journal closes, and all that waits is written.</summary>
    public void Dispose()
    {
        _thread.Join();
        _checkpoints.Dispose();
        _commit.Dispose();
    }

    private void Run()
    {
        while (_journal.TryTakeGroup(_group, _commit.HasIdleWork))
        {
            // An empty group is a slice of reclaiming while nobody writes.
            var begun = _meters?.Now() ?? 0;
            _commit.Run(_group);
            if (begun > 0)
                _meters!.Committed(_group, begun);

            // The answers are told before reads that waited for them are let go: nobody sees a row before its owner.
            foreach (var work in _group)
                work.Tell();

            _journal.OnGroupDone(_group, _commit.Unreadable);
            _group.Clear();
            if (_commit.Connection is { } connection)
                _checkpoints.OnCommitted(connection);
        }

        _journal.OnWriterEnded();
    }
}
