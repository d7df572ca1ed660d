using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Sqlite.Files;
using RealTimeActors.Persistence.Sqlite.Work;

namespace RealTimeActors.Persistence.Sqlite;

/// <content>What waits, and who may go next.</content>
public sealed partial class SqliteJournal
{
    /// <summary>Writes that found no room keep their place among the answers of their stream, without their payload; so many of them.</summary>
    private int RefusedMax => _options.WritesMax * 4L > int.MaxValue ? int.MaxValue : _options.WritesMax * 4;

    /// <summary>Takes what waits, up to the bounds of a group; waits until there is something. False when the journal closes and all is written.</summary>
    internal bool TryTakeGroup(List<WriteWork> group, bool hasIdleWork)
    {
        lock (_gate)
        {
            // Reads that wait for an earlier commit to be settled come before the next writes, so that they see none of them.
            if (_readsToSettle.Count > 0)
                return true;

            while (_writes.Count == 0)
            {
                if (_isClosing)
                    return false;

                if (hasIdleWork)
                    return true;

                _isWriterWaiting = true;
                Monitor.Wait(_gate);
                _isWriterWaiting = false;
                if (_readsToSettle.Count > 0)
                    return true;
            }

            var bytes = 0L;
            while (group.Count < _options.GroupWritesMax && bytes < _options.GroupBytesMax && _writes.TryDequeue(out var work))
            {
                group.Add(work);
                bytes += work.IsRefused ? 0 : work.Bytes;
            }

            _writeBytes -= bytes;
            return true;
        }
    }

    /// <summary>A write moves the end of a stream while reads that were called before it are under way: they may not see it.</summary>
    internal void OnEndMoves(WriteWork write, long endBefore)
    {
        lock (_gate)
            write.Lane.MoveEnd(write.Number, endBefore);
    }

    /// <summary>The group was answered: reads that waited for it may go.</summary>
    internal void OnGroupDone(List<WriteWork> group, SqliteFailure? unreadable)
    {
        List<ReadWork> refused = [];
        lock (_gate)
        {
            _unreadable = unreadable;
            if (unreadable is null)
                _readsToSettle.ForEach(GiveToReader);
            else
                refused.AddRange(_readsToSettle);

            _readsToSettle.Clear();
            foreach (var work in group)
            {
                var lane = work.Lane;
                lane.WriteDone();
                while (lane.TryUnpark(out var read))
                {
                    Begin(read);
                }

                if (lane.IsIdle)
                    _lanes.Remove(lane.Stream);
            }

        }

        foreach (var read in refused)
        {
            OnReadDone(read);
            read.Tell(read.Failed(unreadable!.Fault, Unsettled(unreadable)));
        }
    }

    /// <summary>The writer's last act.</summary>
    internal void OnWriterEnded() => _ended.SetResult();

    private static string Unsettled(SqliteFailure unreadable) =>
        $"An earlier commit failed and it is not settled yet whether it counts; nothing is read until the next write succeeds. {unreadable.Reason}";

    private void Submit(WriteWork work)
    {
        work.ToldAt = _meters?.Now() ?? 0;
        (JournalFault Fault, string Message)? refusal = null;
        lock (_gate)
        {
            if (_isClosing)
            {
                refusal = (JournalFault.Unavailable, "The journal is closing.");
            }
            else if (_writes.Count >= RefusedMax)
            {
                refusal = (JournalFault.Overloaded, "More is waiting for the disk than it takes. Try again later.");
            }
            else
            {
                work.IsRefused = _writes.Count >= _options.WritesMax || _writeBytes >= _options.WriteBytesMax;
                _writeBytes += work.IsRefused ? 0 : work.Bytes;
                work.Lane = LaneOf(work.Stream.Value);
                work.Number = work.Lane.AddWrite();
                _writes.Enqueue(work);
                if (_isWriterWaiting)
                    Monitor.PulseAll(_gate);
            }
        }

        if (refusal is { } why)
        {
            work.Answer = work.Failed(why.Fault, why.Message);
            work.Tell();
        }
    }

    private void Submit(ReadWork work)
    {
        (JournalFault Fault, string Message)? refusal = null;
        lock (_gate)
        {
            if (_isClosing)
            {
                refusal = (JournalFault.Unavailable, "The journal is closing.");
            }
            else if (_reads >= _options.ReadsMax)
            {
                refusal = (JournalFault.Overloaded, $"{_reads} reads are waiting for the disk, more are not taken. Try again later.");
            }
            else
            {
                Take(work);
            }
        }

        if (refusal is { } why)
            work.Tell(work.Failed(why.Fault, why.Message));
    }

    private void Take(ReadWork work)
    {
        _reads++;
        if (work is ListWork)
        {
            Begin(work);
            return;
        }

        work.Lane = LaneOf(work.Stream.Value);
        if (work.Lane.HasWrites)
            work.Lane.Park(work);
        else
            Begin(work);
    }

    private void Begin(ReadWork work)
    {
        work.Lane?.BeginRead(work);
        if (_unreadable is null)
        {
            GiveToReader(work);
            return;
        }

        _readsToSettle.Add(work);
        if (_isWriterWaiting)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Reads of one stream go to one reader: they are answered in their order.</summary>
    private void GiveToReader(ReadWork work) =>
        _readers[work.Lane is null ? 0 : (int)((uint)string.GetHashCode(work.Stream.Value) % (uint)_readers.Length)].Add(work);

    private void OnReadDone(ReadWork work)
    {
        lock (_gate)
        {
            _reads--;
            if (work.Lane is not { } lane)
                return;

            lane.EndRead(work);
            if (lane.IsIdle)
                _lanes.Remove(lane.Stream);
        }
    }

    private Lane LaneOf(string stream)
    {
        if (!_lanes.TryGetValue(stream, out var lane))
            _lanes.Add(stream, lane = new Lane(stream));

        return lane;
    }
}
