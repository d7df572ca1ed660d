using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>
/// Puts one proof together: reads the event and its predecessor, then the checkpoint that covers it, then the hashes of the events that this covers together with it.
/// </summary>
internal sealed class ProofQuery : CheckpointQuery
{
    private const int EventsPerRead = 4_096;
    private const int BytesPerRead = 1 << 20;

    /// <summary>Checkpoints that are looked at for an event. The first is nearly always the one: the event was on disk moments after the time that it bears.</summary>
    private const int LooksMax = 64;

    /// <summary>Events below one head. There are so many only where a checkpoint took long to come.</summary>
    private const int EventsMax = 1_000_000;

    private readonly IJournal _journal;
    private readonly CheckpointCommand.Prove _command;
    private readonly IActorRef<CheckpointCommand> _checkpoints;
    private readonly StreamId _stream;
    private Action<JournalReply.RowsRead> _onRows;
    private StoredEvent? _stored;
    private string _epoch = "";
    private ReadOnlyMemory<byte> _previousHash;
    private CheckpointMade? _made;
    private int _place;
    private int _looks;
    private byte[] _hashes = [];
    private long _next;

    internal ProofQuery(IJournal journal, CheckpointCommand.Prove command, IActorRef<CheckpointCommand> checkpoints)
        : base(command.ReplyTo, "The proof could not be put together")
    {
        (_journal, _command, _checkpoints) = (journal, command, checkpoints);
        _stream = ChannelActor.StreamOf(command.Channel);
        _onRows = OnEvent;
    }

    protected override void Begin() => ReadEvents(Math.Max(1, _command.Offset - 1), 2);

    protected override void OnRows(JournalReply.RowsRead read) => _onRows(read);

    protected override void OnOther(object message)
    {
        if (message is LocatedCheckpoint located)
            OnLocated(located);
    }

    private void ReadEvents(long from, int entriesMax) => _journal.Read(_stream, from, entriesMax, BytesPerRead, null, Self);

    private void OnEvent(JournalReply.RowsRead read)
    {
        var offset = _command.Offset;
        foreach (var row in read.Rows.Where(row => row.First <= offset && row.Last >= offset - 1))
        {
            foreach (var stored in ChannelFormat.ReadRow(_command.Channel.Value, row, out var epoch))
            {
                if (stored.Event.Offset == offset - 1)
                    _previousHash = stored.Event.Hash;
                else if (stored.Event.Offset == offset)
                    (_stored, _epoch) = (stored, epoch);
            }
        }

        if (offset == 1)
            _previousHash = new byte[EventHash.Bytes];

        if (_stored is null && read.Rows.Count > 0 && read.Rows[^1].Last < Math.Min(offset, read.Last))
            ReadEvents(read.Rows[^1].Last + 1, 2);
        else if (_stored is null || _previousHash.IsEmpty)
            Finish(new CheckpointReply.Refused(ErrorCode.PositionGone, $"Offset {offset} of '{_command.Channel}' cannot be proven: it, or the event before it, to which its hash is chained, is not in the log any more."));
        else
            _checkpoints.Tell(new CheckpointCommand.Locate(_command.Channel, offset, _stored.Event.TimeUnixMs, Self));
    }

    private void OnLocated(LocatedCheckpoint located)
    {
        if (located.Number is not { } number)
        {
            FinishWithout();
            return;
        }

        _onRows = OnCheckpoints;
        ReadCheckpoints(number);
    }

    private void ReadCheckpoints(long from) => _journal.Read(new StreamId(CheckpointFormat.Stream), from, 4, BytesPerRead, null, Self);

    private void OnCheckpoints(JournalReply.RowsRead read)
    {
        var last = 0L;
        foreach (var made in read.Rows.SelectMany(CheckpointFormat.ReadRow))
        {
            last = made.Checkpoint.Number;
            _looks++;
            var place = PlaceIn(made.Moved);
            if (place < 0)
                continue;

            // A head beyond the event: it came before there were checkpoints, or the clock went back.
            if (!made.Moved[place].Covers(_command.Offset) && made.Moved[place].From > _command.Offset)
            {
                FinishWithout();
                return;
            }

            if (made.Moved[place].Covers(_command.Offset))
            {
                ReadHashes(made, place);
                return;
            }
        }

        if (last == 0 || _looks >= LooksMax)
            FinishWithout();
        else
            ReadCheckpoints(last + 1);
    }

    private int PlaceIn(IReadOnlyList<CheckpointHead> moved)
    {
        for (var i = 0; i < moved.Count; i++)
        {
            if (moved[i].Channel == _command.Channel.Value)
                return i;
        }

        return -1;
    }

    private void ReadHashes(CheckpointMade made, int place)
    {
        (_made, _place) = (made, place);
        var head = made.Moved[place];
        if (head.Count > EventsMax)
        {
            FinishWithout();
            return;
        }

        _hashes = new byte[head.Count * EventHash.Bytes];
        _next = head.From;
        _onRows = OnHashes;
        ReadEvents(_next, EventsPerRead);
    }

    private void OnHashes(JournalReply.RowsRead read)
    {
        var head = _made!.Moved[_place];
        foreach (var row in read.Rows)
        {
            foreach (var stored in ChannelFormat.ReadRow(_command.Channel.Value, row, out _))
            {
                if (stored.Event.Offset != _next || _next > head.Offset)
                    continue;

                stored.Event.Hash.Span.CopyTo(_hashes.AsSpan((int)(_next - head.From) * EventHash.Bytes));
                _next++;
            }
        }

        if (_next > head.Offset)
            FinishWith(head);
        else if (read.Rows.Count == 0 || read.Rows[0].First > _next)
            FinishWithout();
        else
            ReadEvents(_next, EventsPerRead);
    }

    private void FinishWith(CheckpointHead head)
    {
        var path = MerkleTree.Path(_hashes, (int)(_command.Offset - head.From));
        Finish(ProofOf(new EventInclusion(head, path, _place, MerkleTree.Path(CheckpointHead.Leaves(_made!.Moved), _place), _made.Checkpoint)));
    }

    /// <summary>None covers it yet, or the one that did is not kept any more, or not all that it covers together with the event.</summary>
    private void FinishWithout() => Finish(ProofOf(null));

    private CheckpointReply.Proven ProofOf(EventInclusion? inclusion) =>
        new(EventProof.Create(_stored!.Event, _epoch, _stored.Salt.Span, _previousHash, _command.Fields, inclusion));
}
