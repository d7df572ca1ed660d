using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.States;

/// <summary>Finds the mutations of one key in a channel's log, beside the channel and page by page. It looks through so much at one go; then whoever asked goes on from there.</summary>
/// <param name="command">What is asked for.</param>
/// <param name="from">The first offset that is looked at.</param>
/// <param name="head">The last one: it is on disk.</param>
/// <param name="journal">Where the log is.</param>
/// <param name="channel">Whom to tell.</param>
internal sealed class HistoryReader(ChannelCommand.ReadHistory command, long from, long head, IJournal journal, IActorRef<object> channel) : Actor<object>
{
    private const int PageBytesMax = 262_144;
    private const int PageEventsMax = 4_096;

    /// <summary>Pages that are looked through for one answer.</summary>
    private const int PagesMax = 32;

    /// <summary>Bytes of data in one answer; the first event comes whatever it has.</summary>
    private const int BytesMax = 1_048_576;

    private readonly List<ChannelEvent> _found = [];
    private long _next = from;
    private long _bytes;
    private int _pages;

    protected override void OnStart() => ReadOnOrEnd();

    protected override void Receive(object message)
    {
        switch (message)
        {
            case JournalReply.RowsRead read:
                OnRows(read);
                break;
            case JournalReply.ReadFailed(_, _, var why, _):
                End(new StateReply.Failed(command, ErrorCode.Internal, why));
                break;
        }
    }

    private void OnRows(JournalReply.RowsRead read)
    {
        try
        {
            foreach (var row in read.Rows)
            {
                foreach (var stored in ChannelFormat.ReadRow(command.Channel.Value, row, out _))
                {
                    if (!TryTake(stored))
                    {
                        End(_next);
                        return;
                    }
                }
            }
        }
        catch (InvalidDataException damaged)
        {
            End(new StateReply.Failed(command, ErrorCode.Internal, damaged.Message));
            return;
        }

        if (read.Rows.Count == 0)
            _next = head + 1;

        ReadOnOrEnd();
    }

    /// <summary>False: it does not go into this answer any more.</summary>
    private bool TryTake(StoredEvent stored)
    {
        var e = stored.Event;
        if (e.Offset < _next || e.Offset > head)
            return true;

        if (stored.Mutation is not null && e.Key == command.Key)
        {
            if (_found.Count == command.Limit || (_found.Count > 0 && _bytes + e.Data.Length > BytesMax))
                return false;

            _found.Add(e);
            _bytes += e.Data.Length;
        }

        _next = e.Offset + 1;
        return true;
    }

    private void ReadOnOrEnd()
    {
        if (_next > head)
            End((long?)null);
        else if (_pages++ < PagesMax)
            journal.Read(ChannelActor.StreamOf(command.Channel), _next, PageEventsMax, PageBytesMax, null, Self);
        else
            End(_next);
    }

    private void End(long? next) => End(new StateReply.HistoryRead(command, _found, next));

    private void End(StateReply reply)
    {
        channel.Tell(reply);
        Context.Stop(Self);
    }
}
