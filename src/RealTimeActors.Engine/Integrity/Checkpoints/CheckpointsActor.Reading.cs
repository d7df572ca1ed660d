using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <content>What it was not told it reads out of the journal: after a start, everything since the last checkpoint; later, what a channel found when it read its log again.</content>
internal sealed partial class CheckpointsActor
{
    /// <summary>Logs whose ends are asked for at one time.</summary>
    internal const int StreamsPerPage = 1_000;

    private const int ReadsMax = 16;
    private const int EventsPerRead = 4_096;
    private const int BytesPerRead = 1 << 20;
    private static readonly TimeSpan _readAgainAfter = TimeSpan.FromMilliseconds(500);
    private static readonly object _listAgain = new();

    private readonly Queue<ChannelAdvance> _toRead = new();
    private string _listedTo = "";
    private bool _isListing;
    private int _reads;

    /// <summary>Whether it is not known yet where all logs stand.</summary>
    private bool IsCatchingUp => _isListing;

    private void CatchUp()
    {
        _advances.Clear();
        _moving.Clear();
        _toRead.Clear();
        _reads = 0;
        _events = 0;
        _isDue = false;
        _isTimed = false;
        Context.CancelTimer(_timeIsUp);
        _isListing = true;
        ListFrom("");
    }

    private void ListFrom(string after)
    {
        _listedTo = after;
        Journal.List(ChannelActor.StreamPrefix, after, StreamsPerPage, Self);
    }

    protected override void OnJournalReply(JournalReply reply)
    {
        switch (reply)
        {
            case JournalReply.Listed listed:
                OnListed(listed);
                break;
            case JournalReply.ListFailed:
                Context.StartTimer(_listAgain, _readAgainAfter, _listAgain);
                break;
            case JournalReply.RowsRead { Tag: ChannelAdvance advance } read when IsCurrent(advance):
                _reads--;
                OnRows(advance, read);
                ReadNext();
                break;
            case JournalReply.ReadFailed { Tag: ChannelAdvance advance } when IsCurrent(advance):
                _reads--;
                Context.StartTimer(advance, _readAgainAfter, advance);
                ReadNext();
                break;
        }
    }

    /// <summary>One of the time before the journal was read again is not waited for.</summary>
    private bool IsCurrent(ChannelAdvance advance) => _advances.GetValueOrDefault(advance.Channel) == advance;

    private void OnListed(JournalReply.Listed listed)
    {
        if (!_isListing)
            return;

        foreach (var stream in listed.Streams)
            OnStands(stream.Stream.Value[ChannelActor.StreamPrefix.Length..], stream.Last);

        if (listed.Streams.Count == StreamsPerPage)
        {
            ListFrom(listed.Streams[^1].Stream.Value);
            return;
        }

        _isListing = false;
        MakeIfDue();
    }

    private void OnStands(string channel, long head)
    {
        if (IsBehind(channel, head))
            ReadTo(AdvanceOf(channel, head), head);
    }

    private bool IsBehind(string channel, long head) => head > 0 && head >= (_advances.GetValueOrDefault(channel)?.Next ?? State.Heads.Find(channel)?.Head.Offset + 1 ?? 1);

    private void ReadTo(ChannelAdvance advance, long head)
    {
        advance.Target = Math.Max(advance.Target, head);
        if (advance.IsReading)
            return;

        advance.IsReading = true;
        Read(advance);
    }

    private void Read(ChannelAdvance advance)
    {
        if (!IsCurrent(advance))
            return;

        _toRead.Enqueue(advance);
        ReadNext();
    }

    private void ReadNext()
    {
        while (_reads < ReadsMax && _toRead.TryDequeue(out var advance))
        {
            _reads++;
            Journal.Read(new StreamId(ChannelActor.StreamPrefix + advance.Channel), advance.Next, EventsPerRead, BytesPerRead, advance, Self);
        }
    }

    private void OnRows(ChannelAdvance advance, JournalReply.RowsRead read)
    {
        var before = advance.Next;
        foreach (var row in read.Rows)
        {
            foreach (var stored in ChannelFormat.ReadRow(advance.Channel, row, out var epoch))
                advance.Take(stored.Event.Offset, stored.Event.Hash.Span, epoch);
        }

        if (read.Rows.Count > 0 && advance.Next <= advance.Target)
        {
            Read(advance);
            return;
        }

        // Retention may have let go of all of it meanwhile.
        advance.IsReading = false;
        if (advance.Count == 0)
        {
            _advances.Remove(advance.Channel);
            _moving.Remove(advance);
        }

        Moved(advance.Next - before);
    }
}
