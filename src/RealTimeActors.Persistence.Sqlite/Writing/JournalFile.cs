using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;
using RealTimeActors.Persistence.Sqlite.Work;

namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>The writer's statements: what each kind of work does to the file, within the open transaction.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly Connection _connection;
    private readonly StreamHeads _heads;
    private readonly List<StreamHead> _touched = [];
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _findStream;
    private readonly Statement _findLast;
    private readonly Statement _insertStream;
    private readonly Statement _insertRow;
    private readonly Statement _setTrim;
    private readonly Statement _deleteStream;
    private readonly Statement _deleteSnapshot;
    private readonly Statement _insertGrave;
    private readonly Statement _saveSnapshot;

    internal JournalFile(string file, int headsMax)
    {
        _heads = new StreamHeads(headsMax);
        _connection = Connection.Open(file, ConnectionKind.Writer);
        _begin = _connection.Prepare("BEGIN IMMEDIATE");
        _commit = _connection.Prepare("COMMIT");
        _findStream = _connection.Prepare("SELECT id, trim, last_write_ms FROM streams WHERE name = ?1");
        _findLast = _connection.Prepare("SELECT last, written_ms FROM rows WHERE stream = ?1 ORDER BY last DESC LIMIT 1");
        _insertStream = _connection.Prepare("INSERT INTO streams (name) VALUES (?1)");
        _insertRow = _connection.Prepare("INSERT INTO rows (stream, last, count, written_ms, checksum, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _setTrim = _connection.Prepare("UPDATE streams SET trim = ?2, last_write_ms = ?3 WHERE id = ?1");
        _deleteStream = _connection.Prepare("DELETE FROM streams WHERE id = ?1");
        _deleteSnapshot = _connection.Prepare("DELETE FROM snapshots WHERE stream = ?1");
        _insertGrave = _connection.Prepare("INSERT INTO graves (stream) VALUES (?1)");
        _saveSnapshot = _connection.Prepare(
            """
            INSERT INTO snapshots (stream, sequence, checksum, payload) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, checksum = excluded.checksum, payload = excluded.payload
            WHERE excluded.sequence >= sequence
            """);
        Reclaimer = new Reclaimer(_connection);
    }

    internal Reclaimer Reclaimer { get; }

    internal Connection Connection => _connection;

    internal void Begin() => _begin.Run();

    internal void Commit() => _commit.Run();

    /// <summary>The group is on disk: what it changed may be remembered.</summary>
    internal void Keep()
    {
        foreach (var head in _touched)
            head.IsTouched = false;

        _touched.Clear();
    }

    /// <summary>Undoes the group: what it changed is looked up anew.</summary>
    internal void Undo()
    {
        _connection.Rollback();
        foreach (var head in _touched)
            _heads.Forget(head.Name);

        _touched.Clear();
        Reclaimer.LookAgain();
    }

    internal JournalReply Append(AppendWork work, long nowMs, out long? endBefore)
    {
        var head = Head(work.Stream.Value);
        endBefore = null;
        if (head.Last != work.ExpectedLast)
        {
            return work.Failed(
                JournalFault.Conflict,
                $"Stream '{work.Stream}' ends at sequence {head.Last}; the append expected {work.ExpectedLast}. Somebody else wrote, or an earlier append failed: load the stream again.");
        }

        Make(head);
        var row = work.Row;
        var payload = row.Payload.Span;
        _insertRow.Bind(1, head.Id).Bind(2, row.Last).Bind(3, row.Count).Bind(4, nowMs)
            .Bind(5, Checksum.OfRow(head.Id, row.Last, row.Count, nowMs, payload)).Bind(6, payload).Run();
        endBefore = head.Last;
        head.Last = row.Last;
        head.LastWriteMs = nowMs;
        return new JournalReply.Appended(work.Stream, row.Last);
    }

    internal JournalReply Trim(TrimWork work)
    {
        var head = Head(work.Stream.Value);
        var upTo = Math.Min(work.UpTo, head.Last);
        if (upTo > head.Trim)
        {
            Touch(head);
            head.Trim = upTo;
            _setTrim.Bind(1, head.Id).Bind(2, upTo).Bind(3, head.LastWriteMs).Run();
            Reclaimer.LookAgain();
        }

        return new JournalReply.Trimmed(work.Stream, head.Trim);
    }

    internal JournalReply Delete(DeleteWork work, out long? endBefore)
    {
        var head = Head(work.Stream.Value);
        endBefore = head.Id == 0 ? null : 0;
        if (head.Id != 0)
        {
            Touch(head);
            _deleteStream.Bind(1, head.Id).Run();
            _deleteSnapshot.Bind(1, head.Id).Run();
            _insertGrave.Bind(1, head.Id).Run();
            Reclaimer.LookAgain();
            (head.Id, head.Trim, head.Last) = (0, 0, 0);
        }

        return new JournalReply.Deleted(work.Stream);
    }

    internal JournalReply SaveSnapshot(SnapshotWork work)
    {
        var head = Head(work.Stream.Value);
        if (work.Sequence > head.Last)
            return work.Failed(JournalFault.Conflict, $"Stream '{work.Stream}' ends at sequence {head.Last}; a snapshot of {work.Sequence} is ahead of it.");

        var payload = work.Payload.Span;
        _saveSnapshot.Bind(1, head.Id).Bind(2, work.Sequence).Bind(3, Checksum.Of(head.Id, work.Sequence, 0, payload)).Bind(4, payload).Run();
        return new JournalReply.SnapshotSaved(work.Stream, work.Sequence);
    }

    /// <summary>Changes something that nobody reads, as large as an event may be: where it finds room, so do they.</summary>
    internal JournalReply Probe(ProbeWork work)
    {
        _connection.Execute("INSERT INTO meta (name, value) VALUES ('probed', randomblob(65536)) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        return new JournalReply.Trimmed(work.Stream, 0);
    }

    public void Dispose() => _connection.Dispose();

    private StreamHead Head(string name)
    {
        if (_heads.TryGet(name, out var head))
            return head;

        head = new StreamHead(name);
        if (_findStream.Bind(1, name).Step())
        {
            (head.Id, head.Trim, head.LastWriteMs) = (_findStream.Int64(0), _findStream.Int64(1), _findStream.Int64(2));
            _findStream.Reset();
            head.Last = head.Trim;
            if (_findLast.Bind(1, head.Id).Step())
            {
                head.Last = Math.Max(head.Trim, _findLast.Int64(0));
                head.LastWriteMs = _findLast.Int64(1);
                _findLast.Reset();
            }

            // It may have been changed earlier in this group and forgotten since.
            Touch(head);
        }

        _heads.Add(head);
        return head;
    }

    private void Make(StreamHead head)
    {
        Touch(head);
        if (head.Id != 0)
            return;

        _insertStream.Bind(1, head.Name).Run();
        head.Id = _connection.LastInsertRowId();
    }

    private void Touch(StreamHead head)
    {
        if (head.IsTouched)
            return;

        head.IsTouched = true;
        _touched.Add(head);
    }
}
