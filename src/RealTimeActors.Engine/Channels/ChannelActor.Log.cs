using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>The channel and its log: what is on disk now, what was lost, what is read, what is let go.</summary>
internal sealed partial class ChannelActor
{
    private const int ReadBytesMax = 262_144;

    /// <summary>The epoch of a log: a function of the store's life and the channel, so that a restored store has new ones and a restart has not.</summary>
    internal static string EpochOf(string life, string channel) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"epoch\n{life}\n{channel}")).AsSpan(0, 5));

    protected override ChannelState CreateState(JournalReply.Loaded loaded)
    {
        _missed.Clear();
        _trimmed = loaded.Trim;
        return new ChannelState(EpochOf(loaded)) { RulesOfToday = RulesOfToday };
    }

    protected override ChannelState ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded)
    {
        _missed.Clear();
        _trimmed = loaded.Trim;
        var state = ChannelFormat.ReadSnapshot(EpochOf(loaded), payload, RulesOfToday);
        if (Has(PlantedBug.FoldForgetsClock) && state.Shared is { } shared)
            shared.Document = shared.Document.WithoutClocks();

        return state;
    }

    private ConflictRules? RulesOfToday => Has(PlantedBug.RulesOfTodayForOldEvents) ? _settings.Merge : null;

    /// <summary>A snapshot is as long as what it holds: with a large state it is taken less often, so that what it costs per event has a bound.</summary>
    protected override int SnapshotEvery => (int)Math.Max(base.SnapshotEvery, State.Document.Bytes / StateBytesPerEvent);

    private string EpochOf(JournalReply.Loaded loaded) => EpochOf(Has(PlantedBug.EpochKept) ? "" : loaded.Life, _channel.Value);

    protected override ReadOnlyMemory<byte> WriteSnapshot(ChannelState state) =>
        ChannelFormat.WriteSnapshot(state, withProducers: !Has(PlantedBug.DedupeLostInSnapshot), withMutations: !Has(PlantedBug.SnapshotWithoutWindows));

    protected override void Apply(ChannelState state, StoredEvent @event)
    {
        state.Apply(@event);
        if (!IsRunning && _targets.Count > 0 && @event.Event.Offset > _fannedTo)
            _missed.Add(@event.Event);
    }

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<StoredEvent> events) => ChannelFormat.WriteRow(State.Epoch, events);

    protected override IReadOnlyList<StoredEvent> ReadRow(JournalRow row) => ChannelFormat.ReadRow(_channel.Value, row, out _);

    protected override void OnCommitted(IReadOnlyList<StoredEvent> events)
    {
        var now = _stages.Committed(Context.Time, CommittedSequence);
        _services.Meters.Published(PublishOutcome.Persisted, events.Count);
        var watched = new List<Watched>();
        foreach (var pending in _pending)
        {
            if (pending.AnsweredAt > CommittedSequence)
                break;

            pending.Publish.Trace?.Mark("durable");

            if (pending.Publish.Confirm == Confirm.Delivered && !pending.Receipts[^1].Duplicate)
                watched.Add(pending.Publish.WatchedAs(pending.Receipts, _services.Options, NowUnixMs));
        }

        ChannelEvent[] told = [.. events.Select(stored => stored.Event)];
        if (!Has(PlantedBug.BroadcastBeforeCommit))
            _targets.Send(Self, State.Epoch, told, watched, now);

        _herald.Committed(State.Epoch, told);
        AnswerMutations();
        _services.Checkpoints?.Tell(new CheckpointCommand.Advanced(_channel, State.Epoch, told[0].Offset, Array.ConvertAll(told, e => e.Hash)));
        while (_pending.TryPeek(out var pending) && pending.AnsweredAt <= CommittedSequence)
        {
            pending.Publish.Trace?.Mark("fanned out");
            Answer(_pending.Dequeue().Publish, pending.Receipts);
        }

        if (watched.Count > 0)
            _services.Directory.Tell(new DirectoryCommand.Watch(new ChannelStanding(_channel, IsDurable: true, State.Epoch, CommittedSequence, IsAwake: true), watched));

        _fannedTo = CommittedSequence;
        TrimIfDue();
    }

    protected override void OnLost(IReadOnlyList<StoredEvent> events, bool isUnknown, JournalFault? fault, string message)
    {
        _stages.Forget();
        LoseMutations(isUnknown, message);
        LosePending(isUnknown, message);
    }

    private void LosePending(bool isUnknown, string message)
    {
        while (_pending.TryDequeue(out var pending))
        {
            var (publish, receipts) = (pending.Publish, pending.Receipts);
            if (publish.Confirm is Confirm.None or Confirm.Accepted)
            {
                _services.Meters.Published(isUnknown ? PublishOutcome.Unknown : PublishOutcome.Lost, receipts.Count);
                publish.ReplyTo.Tell(new ChannelReply.Settled(publish.Tag));
                continue;
            }

            // A repeat that waited behind others: what it repeats is on disk.
            if (receipts.Max(receipt => receipt.Offset) <= CommittedSequence)
            {
                Answer(publish, receipts);
                continue;
            }

            if (!isUnknown || Has(PlantedBug.UnknownTakenAsFailed))
            {
                Refuse(publish, ErrorCode.Overloaded, $"{_channel} could not be written: {message}", TimeSpan.FromSeconds(1));
                continue;
            }

            _services.Meters.Published(PublishOutcome.Unknown, receipts.Count);
            var unknown = new ServerFrame.Receipt { Status = ReceiptStatus.Unknown, Channel = _channel.Value };
            publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, [.. receipts.Select(_ => unknown)]));
        }
    }

    protected override void OnRecovered()
    {
        // An append whose outcome was unknown may be in the log after all: those who follow live have not been sent it.
        if (_missed.Count > 0)
            _targets.Send(Self, State.Epoch, [.. _missed], []);

        _missed.Clear();
        RecoverDocument();
        _herald.Recovered(State.Epoch, CommittedSequence);
        _services.Checkpoints?.Tell(new CheckpointCommand.Stands(_channel, CommittedSequence));
        _fannedTo = CommittedSequence;

        if (Has(PlantedBug.ChainForgotten))
            State.HeadHash = new byte[ChannelFormat.HashBytes];

        // Reads that were under way when an append was lost were answered into the recovery, which does not listen.
        foreach (var read in _reads)
            Begin(read);
    }

    protected override void OnJournalReply(JournalReply reply)
    {
        switch (reply)
        {
            case JournalReply.RowsRead { Tag: PendingRead read } rows when _reads.Remove(read):
                OnRows(read, rows);
                break;
            case JournalReply.ReadFailed { Tag: PendingRead read } failed when _reads.Remove(read):
                RefuseRead(read, failed.Message);
                break;
            case JournalReply.Trimmed trimmed:
                _trimmed = Math.Max(_trimmed, trimmed.UpTo);
                break;
            case JournalReply.SnapshotSaved:
                TrimIfDue();
                break;
        }
    }

    private void OnRead(ChannelCommand.Read read)
    {
        var first = First;
        var start = StartPosition.OfRead(read.From, State.Epoch, first, CommittedSequence);
        if (start is null || (start < first && !read.StartsAtFirst))
        {
            read.ReplyTo.Tell(new ChannelReply.Refused(
                read.Tag, ErrorCode.PositionGone, $"{_channel} holds the offsets {first} to {CommittedSequence} of epoch {State.Epoch}; {read.From} is not among them."));
            return;
        }

        var from = Math.Max(start.Value, first);
        if (from > CommittedSequence)
        {
            read.ReplyTo.Tell(new ChannelReply.EventsRead(read.Tag, State.Epoch, [], first, CommittedSequence, null));
            return;
        }

        var pending = new PendingRead(read, from);
        _reads.Add(pending);
        Begin(pending);
    }

    private void Begin(PendingRead read) => Journal.Read(Stream, read.From, read.Command.Limit, ReadBytesMax, read, Self);

    private void OnRows(PendingRead read, JournalReply.RowsRead rows)
    {
        // The journal may already hold rows whose commit has not been heard of here: they are not told before their turn.
        var events = new List<ChannelEvent>();
        foreach (var row in rows.Rows)
        {
            foreach (var stored in ReadRow(row))
            {
                if (stored.Event.Offset >= read.From && stored.Event.Offset <= CommittedSequence && events.Count < read.Command.Limit)
                    events.Add(stored.Event);
            }
        }

        // Retention may have moved while the rows were read, even beyond all of them: then the next page begins where it ends.
        var first = First;
        var next = events.Count == 0 ? CommittedSequence + 1 : Math.Max(first, events[^1].Offset + 1);
        events.RemoveAll(e => e.Offset < first);
        read.Command.ReplyTo.Tell(new ChannelReply.EventsRead(
            read.Command.Tag, State.Epoch, events, first, CommittedSequence, next <= CommittedSequence ? next : null));
    }

    private static void RefuseRead(PendingRead read, string message) =>
        read.Command.ReplyTo.Tell(new ChannelReply.Refused(read.Command.Tag, ErrorCode.Internal, message) { After = TimeSpan.FromSeconds(1) });

    private void TrimIfDue()
    {
        // Only what a snapshot covers may go: recovery begins there.
        var upTo = Math.Min(First - 1, SnapshotSequence);
        if (upTo - _trimmed < TrimEvery)
            return;

        if (State.Shared is null)
            Trim(upTo);
        else
            KeepBase(upTo);
    }

    private void Trim(long upTo)
    {
        _trimmed = upTo;
        State.Marks.TrimBefore(upTo + 1);
        Journal.Trim(Stream, upTo, Self);
    }

    private sealed record PendingRead(ChannelCommand.Read Command, long From);
}
