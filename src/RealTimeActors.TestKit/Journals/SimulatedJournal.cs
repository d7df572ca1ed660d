using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Journals.Memory;

namespace RealTimeActors.TestKit.Journals;

/// <summary>
/// A journal on a <see cref="SimulatedDisk"/>: one group commit at a time, in virtual time. What is not flushed when the node crashes is lost, and so are its answers.
/// </summary>
/// <remarks>
/// A group is all that waited when the disk became free. It is flushed after a drawn time, and its answers are told a drawn time after that, in order. Reads show what
/// is flushed, and wait only for writes of their own stream that were called before them. One thread; all order comes from the given time.
/// </remarks>
public sealed class SimulatedJournal : IJournal, IDisposable
{
    private const string FullMessage = "The simulated disk is full. What was acknowledged is kept.";
    private const string UnknownMessage = "It is not known whether the simulated commit was written.";
    private readonly SimulatedDisk _disk;
    private readonly TimeProvider _time;
    private readonly int _writesMax;
    private readonly DiskFaults? _ownFaults;
    private readonly Queue<SimulatedWrite> _waiting = new();
    private readonly Dictionary<string, SimulatedLane> _lanes = new(StringComparer.Ordinal);
    private readonly Deliveries _deliveries;
    private List<SimulatedWrite> _flushing = [];
    private int _unanswered;
    private SimulatedGuard? _guard;
    private bool _isHeld;
    private bool _isDown;

    /// <summary>Opens the disk: what an earlier journal flushed is there.</summary>
    /// <param name="disk">The disk; one journal at a time.</param>
    /// <param name="time">Virtual time. Its timers run on the simulation's thread, and those of one moment in the order in which they were made.</param>
    /// <param name="writesMax">Writes that may wait; more fail as overloaded.</param>
    /// <param name="ownFaults">What goes wrong on this journal's own way to a disk that is shared; null: what goes wrong with the disk.</param>
    /// <exception cref="InvalidOperationException">Another journal has the disk open, and it is not shared.</exception>
    public SimulatedJournal(SimulatedDisk disk, TimeProvider time, int writesMax = 65_536, DiskFaults? ownFaults = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        _disk = disk;
        _ownFaults = ownFaults;
        _time = time;
        _writesMax = writesMax;
        _deliveries = new Deliveries(time);
        disk.Attach(this);
    }

    internal DiskFaults Faults => _ownFaults ?? _disk.Faults;

    /// <summary>The process ends at once: what is not flushed is lost (or the first part of it is kept, by chance), and no answer arrives any more.</summary>
    public void Crash()
    {
        if (_isDown)
            return;

        var kept = _disk.Chance.Kept(Faults, _flushing.Count);
        foreach (var write in _flushing.Take(kept))
            write.Apply(_disk.Streams);

        _disk.Counts.WritesKeptUnanswered += kept + _unanswered;
        _disk.Counts.WritesLost += _flushing.Count - kept + _waiting.Count;
        GoDown();
    }

    /// <summary>An orderly end: what waits is flushed. Nobody is left to be told.</summary>
    public void Dispose()
    {
        if (_isDown)
            return;

        foreach (var write in _flushing.Concat(_waiting))
            write.Apply(_disk.Streams);

        GoDown();
    }

    /// <summary>Nothing is under way, neither writes nor reads.</summary>
    public bool IsIdle => _lanes.Count == 0;

    /// <inheritdoc/>
    public void Append(StreamId stream, long expectedLast, JournalRow row, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckAppend(stream, expectedLast, row);
        Write(new SimulatedWrite(
            stream,
            replyTo,
            streams => streams.Append(stream, expectedLast, row, _time.GetUtcNow().ToUnixTimeMilliseconds()),
            (fault, message) => new JournalReply.AppendFailed(stream, row.Last, fault, message),
            message => new JournalReply.AppendUnknown(stream, row.Last, message)));
    }

    /// <inheritdoc/>
    public void Trim(StreamId stream, long upTo, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Write(new SimulatedWrite(stream, replyTo, Apply, (fault, message) => new JournalReply.TrimFailed(stream, fault, message), Unknown: null) { IsTrim = true });

        JournalReply Apply(MemoryStreams streams)
        {
            _disk.Trimming?.Invoke();
            return streams.Trim(stream, upTo);
        }
    }

    /// <inheritdoc/>
    public void Delete(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Write(new SimulatedWrite(
            stream, replyTo, streams => streams.Delete(stream), (fault, message) => new JournalReply.DeleteFailed(stream, fault, message), Unknown: null));
    }

    /// <inheritdoc/>
    public void SaveSnapshot(StreamId stream, long sequence, ReadOnlyMemory<byte> payload, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckSnapshot(stream, sequence);
        Write(new SimulatedWrite(
            stream,
            replyTo,
            streams => streams.SaveSnapshot(stream, sequence, payload),
            (fault, message) => new JournalReply.SnapshotFailed(stream, sequence, fault, message),
            Unknown: null)
        { IsSnapshot = true });
    }

    /// <inheritdoc/>
    public void Read(StreamId stream, long from, int entriesMax, int bytesMax, object? tag, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Look(
            stream,
            replyTo,
            streams => streams.Read(stream, from, entriesMax, bytesMax, tag),
            (fault, message) => new JournalReply.ReadFailed(stream, fault, message, tag));
    }

    /// <inheritdoc/>
    public void Load(StreamId stream, IActorRef<JournalReply> replyTo)
    {
        JournalCall.Check(stream);
        Look(stream, replyTo, streams => streams.Load(stream), (fault, message) => new JournalReply.ReadFailed(stream, fault, message, null));
    }

    /// <inheritdoc/>
    public void List(string prefix, string after, int limit, IActorRef<JournalReply> replyTo)
    {
        JournalCall.CheckList(prefix, after, limit);
        if (_isDown)
            return;

        var reply = _disk.Chance.ReadFails(Faults)
            ? FailedRead((fault, message) => new JournalReply.ListFailed(prefix, fault, message))
            : _disk.Streams.List(prefix, after, limit);
        _deliveries.After(_disk.Chance.Read(Faults), () => replyTo.Tell(reply));
    }

    /// <summary>The writes that are called within count only if the guard holds at the moment at which they are flushed.</summary>
    internal void Guarded(SimulatedGuard guard, Action<IJournal> call)
    {
        _guard = guard;
        try
        {
            call(this);
        }
        finally
        {
            _guard = null;
        }
    }

    internal void OnHealed()
    {
        if (!_isHeld)
            return;

        _isHeld = false;
        OnFlushed();
    }

    private void Write(SimulatedWrite write)
    {
        if (_isDown)
            return;

        LaneOf(write.Stream).AddWrite();
        if (_guard is { } guard)
            write = write.Under(guard, _time.GetUtcNow());

        if (_waiting.Count >= _writesMax)
        {
            // The refusal keeps its place among the answers of its stream.
            write = write with { Apply = _ => write.Failed(JournalFault.Overloaded, $"More than {_writesMax} writes are waiting for the simulated disk.") };
        }

        _waiting.Enqueue(write);
        BeginFlush();
    }

    private void BeginFlush()
    {
        if (_flushing.Count > 0 || _waiting.Count == 0)
            return;

        _flushing = [.. _waiting];
        _waiting.Clear();
        _disk.Counts.SeeTogether(_flushing);
        _deliveries.After(_disk.Chance.Flush(Faults), OnFlushed);
    }

    private void OnFlushed()
    {
        if (Faults.IsStalled)
        {
            _isHeld = true;
            return;
        }

        var group = _flushing;
        var replies = Commit(group);
        _flushing = [];
        _unanswered += group.Count;
        _deliveries.InOrderAfter(_disk.Chance.Answer(Faults), () => Answer(group, replies));
        BeginFlush();
    }

    private List<JournalReply> Commit(List<SimulatedWrite> group)
    {
        if (Faults.IsFull)
        {
            _disk.Counts.Refused += group.Count;
            return CarryOut(group, write => write.Failed(JournalFault.Full, FullMessage));
        }

        if (!_disk.Chance.IsUnknown(Faults))
        {
            _disk.Counts.Flushes++;
            return CarryOut(group, write => write.Apply(_disk.Streams));
        }

        var isWritten = _disk.Chance.IsUnknownWritten();
        if (isWritten)
            _disk.Counts.UnknownWritten += group.Count;
        else
            _disk.Counts.UnknownNotWritten += group.Count;

        return CarryOut(group, write =>
        {
            if (isWritten)
                write.Apply(_disk.Streams);

            return write.Unknown?.Invoke(UnknownMessage) ?? write.Failed(JournalFault.Unavailable, UnknownMessage);
        });
    }

    private List<JournalReply> CarryOut(List<SimulatedWrite> group, Func<SimulatedWrite, JournalReply> carryOut)
    {
        var replies = new List<JournalReply>(group.Count);
        foreach (var write in group)
        {
            replies.Add(carryOut(write));
            LaneOf(write.Stream).CarriedOut();
        }

        return replies;
    }

    private void Answer(List<SimulatedWrite> group, List<JournalReply> replies)
    {
        _unanswered -= group.Count;
        for (var i = 0; i < group.Count; i++)
        {
            if (group[i] is { IsAppend: true, Guard: { } guard } append)
                guard.Answered(_time.GetUtcNow() - append.AskedAt);

            group[i].ReplyTo.Tell(replies[i]);
            if (_isDown)
                return;

            var lane = LaneOf(group[i].Stream);
            lane.Answered();
            Forget(group[i].Stream, lane);
        }
    }

    private void Look(StreamId stream, IActorRef<JournalReply> replyTo, Func<MemoryStreams, JournalReply> look, Func<JournalFault, string, JournalReply> failed)
    {
        if (_isDown)
            return;

        var lane = LaneOf(stream);
        lane.ReadsUnderWay++;
        if (lane.HasWrites)
            lane.Park(LookNow, Deliver);
        else
            Deliver(LookNow());

        JournalReply LookNow() => _disk.Chance.ReadFails(Faults) ? FailedRead(failed) : look(_disk.Streams);

        void Deliver(JournalReply reply)
        {
            var now = _time.GetUtcNow();
            var due = now + _disk.Chance.Read(Faults);
            if (due <= lane.LastReadDue)
                due = lane.LastReadDue.AddTicks(1);

            lane.LastReadDue = due;
            _deliveries.After(due - now, () =>
            {
                lane.ReadsUnderWay--;
                Forget(stream, lane);
                replyTo.Tell(reply);
            });
        }
    }

    private JournalReply FailedRead(Func<JournalFault, string, JournalReply> failed)
    {
        _disk.Counts.ReadsFailed++;
        return failed(JournalFault.Unavailable, "The simulated disk could not be read.");
    }

    private SimulatedLane LaneOf(StreamId stream)
    {
        if (!_lanes.TryGetValue(stream.Value, out var lane))
            _lanes.Add(stream.Value, lane = new SimulatedLane());

        return lane;
    }

    private void Forget(StreamId stream, SimulatedLane lane)
    {
        if (lane.IsIdle)
            _lanes.Remove(stream.Value);
    }

    private void GoDown()
    {
        _isDown = true;
        _deliveries.Dispose();
        _disk.Detach(this);
    }
}
