using RealTimeActors.Persistence.Sqlite.Files;
using SQLitePCL;

namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>
/// Copies the write-ahead log into the database file on a thread of its own, so that a commit does not wait for it.
/// </summary>
/// <remarks>
/// The log begins again at its start only when all of it is copied and nobody reads in it. Under steady load the copier never catches up with the writer, so when the log
/// has grown to its bound the writer itself copies the little that is left, waits for the readers that are still in it, and begins again.
/// </remarks>
internal sealed class Checkpoints : IDisposable
{
    private const long PageBytes = 4096 + 24;
    private static readonly TimeSpan _readersWait = TimeSpan.FromMilliseconds(250);

    private readonly string _file;
    private readonly long _everyBytes;
    private readonly long _walBytesMax;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private long _walBytes;
    private long _copyAt;
    private long _restartAt;
    private bool _isDue;
    private bool _isClosing;

    internal Checkpoints(string file, SqliteJournalOptions options)
    {
        _file = file;
        _everyBytes = options.CheckpointBytes;
        _walBytesMax = options.WalBytesMax;
        _copyAt = _everyBytes;
        _restartAt = _walBytesMax;
        _thread = new Thread(Copy) { Name = "journal checkpoint", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Called by the writer after a commit, between transactions.</summary>
    internal void OnCommitted(Connection writer)
    {
        _walBytes += writer.TakePagesWritten() * PageBytes;
        if (_walBytes >= _restartAt)
        {
            writer.BusyTimeout(_readersWait);
            var isRestarted = writer.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART).Code == raw.SQLITE_OK;
            writer.BusyTimeout(Connection.DefaultBusyTimeout);
            if (isRestarted)
                _walBytes = 0;

            _copyAt = _walBytes + _everyBytes;
            _restartAt = isRestarted ? _walBytesMax : _walBytes + _everyBytes;
        }
        else if (_walBytes >= _copyAt)
        {
            _copyAt = _walBytes + _everyBytes;
            lock (_gate)
            {
                _isDue = true;
                Monitor.Pulse(_gate);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosing = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Copy()
    {
        Connection? connection = null;
        while (IsDue())
        {
            try
            {
                connection ??= Connection.Open(_file, ConnectionKind.Writer);
                _ = connection.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            }
            catch (SqliteFailure)
            {
                // The writer meets the same fault, and it is the one that can say so.
            }
        }

        connection?.Dispose();
    }

    private bool IsDue()
    {
        lock (_gate)
        {
            while (!_isDue && !_isClosing)
                Monitor.Wait(_gate);

            _isDue = false;
            return !_isClosing;
        }
    }
}
