using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.PostgreSql.Work;
using RealTimeActors.Persistence.PostgreSql.Writing;

namespace RealTimeActors.Persistence.PostgreSql;

/// <content>What waits, and who may go next.</content>
public sealed partial class PostgreSqlStore
{
    private const string Closing = "The store is closing.";

    /// <summary>Writes that found no room keep their place among the answers of their stream, without their payload; so many of them.</summary>
    private long RefusedMax => _options.WritesMax * 4L;

    internal void Submit(WriteWork work, Writer writer)
    {
        work.ToldAt = _options.Time.GetTimestamp();
        (JournalFault Fault, string Message)? refusal = null;
        lock (_gate)
        {
            if (_isClosing)
            {
                refusal = (JournalFault.Unavailable, Closing);
            }
            else if (_writes >= RefusedMax)
            {
                refusal = (JournalFault.Overloaded, "More is waiting for the database than the store takes. Try again later.");
            }
            else
            {
                work.IsRefused = _writes >= _options.WritesMax || _writeBytes >= _options.WriteBytesMax;
                _writes++;
                _writeBytes += work.IsRefused ? 0 : work.Bytes;
                work.Traffic = TrafficOf(work.Stream.Value, writer);
                work.Number = work.Traffic.AddWrite();
                if (work is AppendWork append)
                    TrafficOf(work.Fence).Add(append);

                work.Traffic.Writer.Add(work);
            }
        }

        if (refusal is { } why)
        {
            work.Answer = work.Failed(why.Fault, why.Message);
            work.Tell();
        }
    }

    internal void Submit(ReadWork work, Writer? writer)
    {
        (JournalFault Fault, string Message)? refusal = null;
        StreamTraffic? traffic = null;
        lock (_gate)
        {
            if (_isClosing)
            {
                refusal = (JournalFault.Unavailable, Closing);
            }
            else if (_reads >= _options.ReadsMax)
            {
                refusal = (JournalFault.Overloaded, $"{_reads} reads are waiting for the database, more are not taken. Try again later.");
            }
            else
            {
                _reads++;
                if (writer is null)
                {
                    _toRead.Writer.TryWrite(work);
                }
                else
                {
                    traffic = work.Traffic = TrafficOf(work.Stream.Value, writer);
                    traffic.AddRead(work);
                    BeginReads(traffic);
                }
            }
        }

        if (refusal is { } why)
        {
            work.Reply = work.Failed(why.Fault, why.Message);
            work.Tell();
        }
        else if (traffic is not null)
        {
            TellReads(traffic);
        }
    }

    /// <summary>From now on whoever looks may see what the group brings.</summary>
    internal void OnGroupSent(List<WriteWork> group)
    {
        lock (_gate)
        {
            foreach (var work in group)
                work.Traffic.WriteSent(work.Number);
        }
    }

    /// <summary>The group has its answers: they are told before reads that waited for them may go, so that nobody sees a row before its owner.</summary>
    internal void OnGroupDone(Writer writer, List<WriteWork> group, bool isUnsettled)
    {
        // Whoever was told finds it counted.
        lock (_gate)
        {
            foreach (var work in group)
            {
                if (work is AppendWork append && _byShard.TryGetValue(work.Fence.Shard, out var shard))
                    shard.Done(append);
            }
        }

        foreach (var work in group)
            work.Tell();

        var readers = new List<StreamTraffic>();
        var letsGo = false;
        lock (_gate)
        {
            writer.IsUnsettled = isUnsettled;
            foreach (var work in group)
            {
                _writes--;
                _writeBytes -= work.IsRefused ? 0 : work.Bytes;
                letsGo |= work is TrimWork or DeleteWork;
                work.Traffic.WriteDone(work.Number, work.EndBefore);
                if (work.Traffic.HasReads)
                {
                    BeginReads(work.Traffic);
                    readers.Add(work.Traffic);
                }
                else
                {
                    Forget(work.Traffic);
                }
            }
        }

        if (letsGo)
            _reclaimer.LookAgain();

        foreach (var traffic in readers)
            TellReads(traffic);
    }

    /// <summary>The writer knows again what is committed: its streams may be read.</summary>
    internal void OnSettled(Writer writer)
    {
        lock (_gate)
            writer.IsUnsettled = false;
    }

    /// <summary>A reader has looked.</summary>
    internal void OnLooked(ReadWork work, JournalReply reply)
    {
        if (work.Traffic is not { } traffic)
        {
            lock (_gate)
                _reads--;

            work.Reply = reply;
            work.Tell();
            return;
        }

        lock (_gate)
        {
            work.Reply = reply;
            traffic.Looked(work);
        }

        TellReads(traffic);
    }

    private void BeginReads(StreamTraffic traffic)
    {
        while (traffic.TryBegin(out var read))
        {
            if (!traffic.Writer.IsUnsettled)
            {
                _toRead.Writer.TryWrite(read);
                continue;
            }

            read.Reply = read.Failed(JournalFault.Unavailable, "It is not known yet what became of an earlier write; nothing of its stream is read until the database could be asked.");
            traffic.Looked(read);
        }
    }

    private void TellReads(StreamTraffic traffic)
    {
        while (true)
        {
            ReadWork read;
            lock (_gate)
            {
                if (traffic.IsTelling)
                    return;

                if (!traffic.TryTakeTold(out read))
                {
                    Forget(traffic);
                    return;
                }

                _reads--;
                traffic.IsTelling = true;
            }

            read.Tell();
            lock (_gate)
                traffic.IsTelling = false;
        }
    }

    private StreamTraffic TrafficOf(string stream, Writer writer)
    {
        if (!_traffic.TryGetValue(stream, out var traffic))
            _traffic.Add(stream, traffic = new StreamTraffic(stream, writer));

        return traffic;
    }

    /// <summary>A newer fence begins anew; of an older one nothing is counted any more.</summary>
    private FenceTraffic TrafficOf(Fence fence)
    {
        if (!_byShard.TryGetValue(fence.Shard, out var traffic) || traffic.Fence.Epoch < fence.Epoch)
            _byShard[fence.Shard] = traffic = new FenceTraffic(fence);

        return traffic;
    }

    private void Forget(StreamTraffic traffic)
    {
        if (traffic.IsIdle && _traffic.TryGetValue(traffic.Stream, out var kept) && ReferenceEquals(kept, traffic))
            _traffic.Remove(traffic.Stream);
    }
}
