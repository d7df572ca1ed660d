using RealTimeActors.Actors;
using RealTimeActors.Engine.States;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Channels;

/// <summary>The channel and who reads its state: as it is on disk now at once, as it was by readers beside it, which also keep what it was where the log is trimmed.</summary>
internal sealed partial class ChannelActor
{
    /// <summary>Readers that work for this channel at one time; the others wait for their turn.</summary>
    private const int ReadersMax = 2;

    /// <summary>Reads of former states and of histories that wait. Beyond it one is refused (113).</summary>
    private const int StateReadsMax = 1_000;

    /// <summary>Former states that are remembered, for who reads on page by page.</summary>
    private const int FormerStatesMax = 2;

    /// <summary>What writing a whole state may cost per event: it is done after that many bytes' worth of events.</summary>
    private const int StateBytesPerEvent = 256;

    private static readonly object _formerStatesTimer = new();
    private static readonly TimeSpan _formerStatesKept = TimeSpan.FromSeconds(30);

    /// <summary>Reads that wait for a reader, or for the end of theirs.</summary>
    private List<ChannelCommand>? _stateReads;
    private List<Reader>? _readers;
    private List<StateAt>? _formerStates;
    private int _readersStarted;

    private bool IsReadingState => _readers is { Count: > 0 } || _stateReads is { Count: > 0 };

    /// <summary>Where there is a state, the log is trimmed in larger steps: each time the whole state is written.</summary>
    private long TrimEvery => Math.Max(_services.Options.TrimEvery, State.Document.Bytes / StateBytesPerEvent);

    private void OnReadState(ChannelCommand.ReadState read)
    {
        var at = Has(PlantedBug.AtReadsHead) && read.At <= CommittedSequence ? null : read.At;
        var first = First;
        if (at is null || at == CommittedSequence)
            Answer(read, CommittedSequence, _committed, isPresent: true);
        else if (at < first - 1 || at > CommittedSequence)
            Refuse(read.Tag, read.ReplyTo, ErrorCode.PositionGone, $"{_channel} can tell its state as of the offsets {first - 1} to {CommittedSequence}; {at} is not among them.");
        else if (State.Shared is null)
            Answer(read, at.Value, _committed, isPresent: false);
        else if (_formerStates?.Find(state => state.Offset == at) is { } former)
            Answer(read, at.Value, former.Document, isPresent: false);
        else
            Wait(read, read.Tag, read.ReplyTo);
    }

    private void OnReadHistory(ChannelCommand.ReadHistory read)
    {
        var first = First;
        var from = StartPosition.OfRead(read.From, State.Epoch, first, CommittedSequence);
        if (from is null)
            Refuse(read.Tag, read.ReplyTo, ErrorCode.PositionGone, $"{_channel} holds the offsets {first} to {CommittedSequence} of epoch {State.Epoch}; {read.From} is not among them.");
        else if (State.Shared is null || from > CommittedSequence)
            read.ReplyTo.Tell(new ChannelReply.EventsRead(read.Tag, State.Epoch, [], first, CommittedSequence, null));
        else
            Wait(read, read.Tag, read.ReplyTo);
    }

    private void Wait(ChannelCommand read, object? tag, IActorRef<ChannelReply> replyTo)
    {
        if (_stateReads is { Count: >= StateReadsMax })
        {
            Refuse(tag, replyTo, ErrorCode.Overloaded, $"{StateReadsMax} reads of former states of {_channel} wait already.");
            return;
        }

        (_stateReads ??= []).Add(read);
        StartReaders();
    }

    /// <summary>Gives the next reads a reader each; those of the same state share one.</summary>
    private void StartReaders()
    {
        foreach (var read in _stateReads ?? [])
        {
            if (_readers is { Count: >= ReadersMax })
                return;

            if (_readers?.Exists(reader => reader.Serves(read)) == true)
                continue;

            switch (read)
            {
                case ChannelCommand.ReadState { At: { } at }:
                    Start(read, new FoldOrder(_channel, at, _trimmed) { From = _formerStates?.Where(state => state.Offset <= at).MaxBy(state => state.Offset) });
                    break;
                case ChannelCommand.ReadHistory history:
                    var (from, head) = (Math.Max(First, StartPosition.OfRead(history.From, State.Epoch, First, CommittedSequence) ?? 0), CommittedSequence);
                    var (journal, self) = (_services.Journal, Self);
                    Start(new Reader(read, null), () => new HistoryReader(history, from, head, journal, self));
                    break;
            }
        }
    }

    private void Start(ChannelCommand? read, FoldOrder order)
    {
        var (journal, self) = (_services.Journal, Self);
        Start(new Reader(read, order), () => new StateFolder(order, journal, self));
    }

    private void Start(Reader reader, Func<Actor<object>> create)
    {
        reader.Actor = Context.Spawn($"reader-{++_readersStarted}", create, new ActorOptions { Supervision = Supervision.Stop });
        Context.Watch(reader.Actor);
        (_readers ??= []).Add(reader);
    }

    private void OnStateReply(StateReply reply)
    {
        switch (reply)
        {
            case StateReply.Folded(var state) when TakeReader(reader => reader.Order is { IsKept: false } order && order.At == state.Offset):
                Remember(state);
                foreach (var read in TakeReads(read => read is ChannelCommand.ReadState { At: { } at } && at == state.Offset))
                    Answer((ChannelCommand.ReadState)read, state.Offset, state.Document, isPresent: false);

                break;
            case StateReply.HistoryRead read when TakeReader(reader => ReferenceEquals(reader.Read, read.Asked)):
                foreach (ChannelCommand.ReadHistory asked in TakeReads(waiting => ReferenceEquals(waiting, read.Asked)))
                    Answer(asked, read);

                break;
            case StateReply.BaseKept(var upTo) when TakeReader(reader => reader.Order is { IsKept: true }):
                if (upTo > _trimmed)
                    Trim(Has(PlantedBug.TrimmedBeyondKept) ? upTo + 1 : upTo);

                break;
            case StateReply.Failed failed when TakeReader(reader => ReferenceEquals(reader.Order, failed.Asked) || ReferenceEquals(reader.Read, failed.Asked)):
                Fail(failed.Asked, failed.Code, failed.Message);
                break;
            case StateReply.Ended(var reader):
                OnReaderEnded(reader);
                break;
        }

        StartReaders();
    }

    /// <summary>One that has not said what it found never will.</summary>
    private void OnReaderEnded(IActorRef actor)
    {
        if (_readers?.Find(reader => ReferenceEquals(reader.Actor, actor)) is not { } reader)
            return;

        _readers.Remove(reader);
        Fail((object?)reader.Order ?? reader.Read!, ErrorCode.Internal, $"The log of {_channel} could not be read.");
    }

    private void Fail(object asked, ErrorCode code, string message)
    {
        var failed = asked is FoldOrder order
            ? order.IsKept ? [] : TakeReads(read => read is ChannelCommand.ReadState { At: { } at } && at == order.At)
            : TakeReads(read => ReferenceEquals(read, asked));
        foreach (var read in failed)
            RefuseStateRead(read, code, message);
    }

    /// <summary>The actor ends, and its readers with it: nobody would ever answer.</summary>
    private void LoseStateReads(string message)
    {
        foreach (var read in TakeReads(_ => true))
            RefuseStateRead(read, ErrorCode.Overloaded, message);
    }

    private static void RefuseStateRead(ChannelCommand read, ErrorCode code, string message)
    {
        var (tag, replyTo) = read switch
        {
            ChannelCommand.ReadState state => (state.Tag, state.ReplyTo),
            ChannelCommand.ReadHistory history => (history.Tag, history.ReplyTo),
            _ => throw new InvalidOperationException($"{read} is no read of a state."),
        };
        Refuse(tag, replyTo, code, message);
    }

    private void Answer(ChannelCommand.ReadState read, long offset, Conflicts.StateDocument document, bool isPresent)
    {
        var page = StatePage.Of(document, read);
        if (page.NextKey is not null && isPresent && State.Shared is { } shared)
            Remember(new StateAt(offset, document, shared.Rules.Copy()));

        read.ReplyTo.Tell(new ChannelReply.StateRead(read.Tag, State.Epoch, offset, page.Entries, page.NextKey));
    }

    private void Answer(ChannelCommand.ReadHistory read, StateReply.HistoryRead found)
    {
        // Retention may have moved while the log was read.
        var first = First;
        read.ReplyTo.Tell(new ChannelReply.EventsRead(read.Tag, State.Epoch, [.. found.Events.Where(e => e.Offset >= first)], first, CommittedSequence, Has(PlantedBug.HistorySkipsOne) ? found.Next + 1 : found.Next));
    }

    /// <summary>The log may be let go up to there once the state at that offset is on disk.</summary>
    private void KeepBase(long upTo)
    {
        if (_readers?.Exists(reader => reader.Order is { IsKept: true }) != true)
            Start(null, new FoldOrder(_channel, upTo, _trimmed) { IsKept = true });
    }

    private void Remember(StateAt state)
    {
        _formerStates ??= [];
        _formerStates.RemoveAll(former => former.Offset == state.Offset);
        _formerStates.Add(state);
        if (_formerStates.Count > FormerStatesMax)
            _formerStates.RemoveAt(0);

        Context.StartTimer(_formerStatesTimer, _formerStatesKept, _formerStatesTimer);
    }

    private bool TakeReader(Predicate<Reader> which)
    {
        if (_readers?.Find(which) is not { } reader)
            return false;

        Context.Unwatch(reader.Actor!);
        _readers.Remove(reader);
        return true;
    }

    private List<ChannelCommand> TakeReads(Predicate<ChannelCommand> which)
    {
        var taken = _stateReads?.FindAll(which) ?? [];
        _stateReads?.RemoveAll(which);
        return taken;
    }

    private static void Refuse(object? tag, IActorRef<ChannelReply> replyTo, ErrorCode code, string message) =>
        replyTo.Tell(new ChannelReply.Refused(tag, code, message) { After = code is ErrorCode.Internal or ErrorCode.Overloaded ? TimeSpan.FromSeconds(1) : null });

    /// <summary>Somebody who reads the log beside the channel.</summary>
    private sealed class Reader(ChannelCommand? read, FoldOrder? order)
    {
        internal IActorRef? Actor { get; set; }

        /// <summary>For whom; null: for the channel itself.</summary>
        internal ChannelCommand? Read { get; } = read;

        /// <summary>The state that is wanted; null: a history is.</summary>
        internal FoldOrder? Order { get; } = order;

        internal bool Serves(ChannelCommand command) =>
            ReferenceEquals(Read, command) || (command is ChannelCommand.ReadState { At: { } at } && Order is { IsKept: false } order && order.At == at);
    }
}
