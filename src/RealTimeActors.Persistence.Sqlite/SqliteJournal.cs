using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Backup;
using RealTimeActors.Persistence.Sqlite.Files;
using RealTimeActors.Persistence.Sqlite.Reading;
using RealTimeActors.Persistence.Sqlite.Work;
using RealTimeActors.Persistence.Sqlite.Writing;

namespace RealTimeActors.Persistence.Sqlite;

/// <summary>
/// The journal in one SQLite file: <c>journal.db</c> in a directory that one process holds. One thread writes, in group commits that are flushed before they are
/// answered; others read. See <c>README.md</c> beside this file for the layout, what is durable and what a full disk does.
/// </summary>
/// <remarks>
/// Writes of one stream are carried out and answered in the order in which they were called. A read is carried out after every write of its stream that was called before
/// it and shows nothing of one called after it; it does not hold up later writes, so its answer may come after theirs. Safe to call from any thread.
/// </remarks>
public sealed partial class SqliteJournal : IJournal, IAsyncDisposable
{
    private readonly SqliteJournalOptions _options;
    private readonly DataDirectory _directory;
    private readonly object _gate = new();
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly Queue<WriteWork> _writes = new();
    private readonly ReaderThread[] _readers;
    private readonly WriterThread _writer;
    private readonly JournalMeters? _meters;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ReadWork> _readsToSettle = [];
    private long _writeBytes;
    private int _reads;
    private bool _isWriterWaiting;
    private bool _isClosing;
    private volatile bool _isProbing;
    private SqliteFailure? _unreadable;

    private SqliteJournal(SqliteJournalOptions options, DataDirectory directory)
    {
        _options = options;
        _directory = directory;
        _readers = [.. Enumerable.Range(0, options.Readers).Select(number => new ReaderThread(directory.JournalFile, number, OnReadDone))];
        if (options.Meter is { } meter)
            _meters = new JournalMeters(meter, options.Time, () => _writes.Count, () => _writeBytes, () => _reads);

        _writer = new WriterThread(this, directory.JournalFile, options, _meters);
    }

    /// <summary>Why the journal cannot be written just now; null: the last commit succeeded.</summary>
    public JournalOutage? Outage => _writer.Outage;

    /// <summary>The database file.</summary>
    public string JournalFile => _directory.JournalFile;

    /// <summary>Opens the journal of a data directory, or makes it.</summary>
    /// <exception cref="SqliteJournalException">The directory is held by another process, or the file is not ours, newer than this program, damaged or not to be used.</exception>
    public static SqliteJournal Open(SqliteJournalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HeadsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.GroupWritesMax, 1);
        var directory = DataDirectory.Hold(options.DataDirectory);
        try
        {
            Schema.OpenOrCreate(directory.JournalFile, Life.New, options.Time.GetUtcNow().ToUnixTimeMilliseconds());
            return new SqliteJournal(options, directory);
        }
        catch (SqliteFailure failure)
        {
            directory.Dispose();
            throw new SqliteJournalException(failure.Fault, failure.File, failure.Explanation, failure);
        }
        catch (SqliteJournalException)
        {
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckAppend(stream, expectedLast, row);
        Submit(new AppendWork(stream, expectedLast, row, replyTo));
    }

    /// <inheritdoc/>
    public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Submit(new RowsWork(stream, from, entriesMax, bytesMax, tag, replyTo));
    }

    /// <inheritdoc/>
    public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Submit(new TrimWork(stream, upTo, replyTo));
    }

    /// <inheritdoc/>
    public void Delete(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Submit(new DeleteWork(stream, replyTo));
    }

    /// <inheritdoc/>
    public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckList(prefix, after, limit);
        Submit(new ListWork(prefix, after, limit, replyTo));
    }

    /// <inheritdoc/>
    public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckSnapshot(stream, sequence);
        Submit(new SnapshotWork(stream, sequence, payload, replyTo));
    }

    /// <inheritdoc/>
    public void Load(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Submit(new LoadWork(stream, replyTo));
    }

    /// <summary>Tries one small commit while <see cref="Outage"/> says that the last one failed: otherwise a journal that nobody writes to any more would stay in doubt for ever.</summary>
    /// <remarks>At most one is under way; what became of it shows in <see cref="Outage"/>.</remarks>
    public void Probe()
    {
        if (Outage is not null && !Interlocked.Exchange(ref _isProbing, true))
            Submit(new ProbeWork(() => _isProbing = false));
    }

    /// <summary>
    /// Copies the journal as it is at one moment into one file, while it goes on. The write-ahead log is not shortened meanwhile, so a long copy under load takes room.
    /// </summary>
    /// <param name="backupFile">A file that is not there yet. It is readable only by its owner, and durable when the task ends.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    /// <exception cref="SqliteJournalException">The file is there already or cannot be written.</exception>
    public Task BackupAsync(string backupFile, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(() => SqliteBackup.Make(JournalFile, backupFile, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Takes nothing new, writes what waits, answers it, and lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosing = true;
            Monitor.PulseAll(_gate);
        }

        await _ended.Task;
        foreach (var reader in _readers)
            reader.Dispose();

        // The last connection to close copies the log into the database file: that must be the one that may write.
        _writer.Dispose();
        _directory.Dispose();
    }
}
