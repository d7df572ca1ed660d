using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>
/// Publishes the dead letters of one channel to it again, each once at most in its life, whatever fails: which is next is journaled before it is published, with the sequence of the producer by which the channel
/// knows a repeat.
/// </summary>
/// <remarks>What is given up anew becomes another letter, behind those that were meant: a replay never goes in a circle.</remarks>
internal sealed class DeadLetterReplayer(string channel, IJournal journal, IActorRef<ChannelCommand> channels, EngineOptions options, IActorRef<ShardMessage> shard)
    : EventSourcedActor<ReplayCommand, ReplayEvent, ReplayState>(journal, new StreamId($"replays/{channel}"), options.EventSourcing with { SnapshotEvery = 1_000 })
{
    /// <summary>Letters that are published at one time. Far fewer than sequences are remembered of a producer.</summary>
    private const int LettersAtOnce = 100;

    /// <summary>Letters that one request looks at, or a page more; its answer says where to go on.</summary>
    private const int LettersPerRequest = 1_000;

    /// <summary>Requests that wait; one more is refused (113).</summary>
    private const int RequestsMax = 16;

    private readonly ChannelName _origin = ChannelName.Parse(channel);
    private readonly Queue<ReplayCommand.Replay> _requests = new();

    /// <summary>Letters that are published as soon as it is on disk that they may be.</summary>
    private readonly SortedDictionary<long, Publication> _prepared = [];
    private ReplayRun? _run;

    private ChannelName Letters => DeadLetterChannel.Of(_origin)!.Value;

    private bool CanStop => _run is null && UndecidedCount == 0;

    protected override void OnStart()
    {
        base.OnStart();
        Context.SetIdleTimeout(options.PassivateAfter);
    }

    protected override void OnCommand(ReplayCommand command)
    {
        if (command is not ReplayCommand.Replay replay)
            return;

        if (DeadLetterChannel.Of(_origin) is null)
            replay.ReplyTo.Tell(new ReplayReply.Refused(replay.Tag, ErrorCode.BadRequest, $"{_origin} holds dead letters itself and has none. Name the channel whose events were given up: {DeadLetterChannel.OriginOf(_origin)}."));
        else if (_run is null)
            Begin(replay);
        else if (_requests.Count < RequestsMax)
            _requests.Enqueue(replay);
        else
            replay.ReplyTo.Tell(new ReplayReply.Refused(replay.Tag, ErrorCode.Overloaded, $"{RequestsMax} replays of {_origin} wait already; try again when they are done."));
    }

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case ChannelReply reply when reply.Tag is Step step && step.Run == _run:
                OnReply(step, reply);
                break;
            case ShardMessage.Leave:
                StopWhenSettled();
                GiveUp($"The node that replayed the letters of {_origin} hands that over; ask for it anew. Letters that were published are not published again.");
                break;
            case ShardMessage.Stop when CanStop:
                Context.Stop(Self);
                break;
            case ShardMessage.Stop:
                shard.Tell(new ShardMessage.Stay(channel));
                break;
        }
    }

    /// <summary>Only where there was no time left: its shard is another's by now, or it has failed.</summary>
    protected override void OnStop() =>
        GiveUp($"The replay of the letters of {_origin} has ended before it was done; ask for it anew. Letters that were published are not published again.");

    protected override void OnSignal(Signal signal)
    {
        if (signal is Signal.Idle && IsRunning && CanStop)
            shard.Tell(new ShardMessage.Passivate(channel));
    }

    private void GiveUp(string why)
    {
        if (_run is { } run)
            run.Asked.ReplyTo.Tell(new ReplayReply.Refused(run.Asked.Tag, ErrorCode.Overloaded, why));

        foreach (var waiting in _requests)
            waiting.ReplyTo.Tell(new ReplayReply.Refused(waiting.Tag, ErrorCode.Overloaded, why));

        _run = null;
        _requests.Clear();
        _prepared.Clear();
    }

    private void Begin(ReplayCommand.Replay replay)
    {
        _run = new ReplayRun(replay, State.Begun.Keys);
        GoOn(_run);
    }

    /// <summary>Reads what is next, or ends.</summary>
    private void GoOn(ReplayRun run)
    {
        if (run.Unresolved.TryPeek(out var offset))
            Read(run, offset - 1, 1);
        else if (run.IsAtEnd || run.LookedTo >= run.UpTo || run.Looked >= LettersPerRequest)
            End(run.Outcome());
        else
            Read(run, run.LookedTo, run.Asked.Offset is null ? LettersAtOnce : 1);
    }

    private void Read(ReplayRun run, long after, int limit) =>
        channels.Tell(new ChannelCommand.Read(Letters, new From.Position("", after), limit, new Step(run, 0), Self) { StartsAtFirst = run.Asked.Offset is null || run.Unresolved.Count > 0 });

    private void OnReply(Step step, ChannelReply reply)
    {
        switch (reply)
        {
            case ChannelReply.EventsRead page:
                OnLetters(step.Run, page);
                break;
            case ChannelReply.Refused refused when step.Offset == 0:
                End(new ReplayReply.Refused(step.Run.Asked.Tag, refused.Code, refused.Message));
                break;
            case ChannelReply.Published { Receipts: [{ Status: not ReceiptStatus.Unknown } receipt] }:
                step.Run.Count(step.Offset, isRepeat: receipt.Duplicate);
                Ended(step, isPublished: true);
                break;
            case ChannelReply.Refused { Code: ErrorCode.Conflict or ErrorCode.FencedOrOutOfWindow } refused:
                // Tried so long ago that nobody knows: twice would be worse than not at all.
                step.Run.Fail(step.Offset, $"It is not known whether it was published: {refused.Message}");
                Ended(step, isPublished: true);
                break;
            case ChannelReply.Refused refused:
                step.Run.Fail(step.Offset, refused.Message);
                Ended(step, isPublished: false);
                break;
            default:
                step.Run.Fail(step.Offset, "It could not be learnt whether it was published; the next replay finds out.");
                Settle(step.Run);
                break;
        }
    }

    private void OnLetters(ReplayRun run, ChannelReply.EventsRead page)
    {
        var isUnresolved = run.Unresolved.TryDequeue(out var unresolved);
        if (!isUnresolved)
        {
            run.UpTo ??= page.Head;
            run.IsAtEnd = page.Next is null;
            run.LookedTo = page.Events.Count > 0 ? page.Events[^1].Offset : Math.Max(run.LookedTo, page.Next - 1 ?? 0);
        }

        foreach (var letter in page.Events)
        {
            // What was left from an earlier request counts once.
            if (isUnresolved ? letter.Offset == unresolved : letter.Offset <= run.UpTo && !run.Resolved.Contains(letter.Offset))
                Take(run, page.Epoch, letter);
        }

        if (isUnresolved)
            run.Resolved.Add(unresolved);

        if (isUnresolved && !page.Events.Any(letter => letter.Offset == unresolved))
            Persist(new ReplayEvent.Ended(unresolved, IsPublished: true)); // Retention has taken it.

        if (run.Asked.Offset is { } wanted && !isUnresolved && !page.Events.Any(letter => letter.Offset == wanted))
            run.Fail(wanted, $"{Letters} holds the offsets {page.First} to {page.Head}; {wanted} is not among them.");

        if (run.Waiting == 0)
            GoOn(run);
    }

    private void Take(ReplayRun run, string epoch, ChannelEvent letter)
    {
        run.Looked++;
        var isOfThisLife = State.Epoch == epoch;
        if (isOfThisLife && State.Published.Contains(letter.Offset))
        {
            run.Already++;
            return;
        }

        var isBegun = isOfThisLife && State.Begun.ContainsKey(letter.Offset);
        var sequence = isBegun ? State.Begun[letter.Offset] : State.LastSequence + 1;
        if (DeadLetter.ToReplay(letter, sequence, out var problem) is not { } publication)
        {
            run.Fail(letter.Offset, problem);
            return;
        }

        run.Waiting++;
        if (isBegun)
        {
            Publish(run, letter.Offset, publication);
            return;
        }

        _prepared[letter.Offset] = publication;
        Persist(new ReplayEvent.Begun(epoch, letter.Offset, sequence));
    }

    private void Publish(ReplayRun run, long offset, Publication publication) =>
        channels.Tell(new ChannelCommand.Publish(_origin, [publication], Confirm.Persisted, new Step(run, offset), Self));

    private void Ended(Step step, bool isPublished)
    {
        Persist(new ReplayEvent.Ended(step.Offset, isPublished));
        Settle(step.Run);
    }

    private void Settle(ReplayRun run)
    {
        if (--run.Waiting == 0)
            GoOn(run);
    }

    private void End(ReplayReply reply)
    {
        _run!.Asked.ReplyTo.Tell(reply);
        _run = null;
        _prepared.Clear();
        if (_requests.TryDequeue(out var next))
            Begin(next);
    }

    protected override ReplayState CreateState(JournalReply.Loaded loaded) => new();

    protected override void Apply(ReplayState state, ReplayEvent @event) => state.Apply(@event);

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<ReplayEvent> events) => ReplayFormat.Write(events);

    protected override IReadOnlyList<ReplayEvent> ReadRow(JournalRow row) => ReplayFormat.Read(row.Payload);

    protected override ReadOnlyMemory<byte> WriteSnapshot(ReplayState state) => state.Write();

    protected override ReplayState ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded) => ReplayState.Read(payload);

    protected override void OnCommitted(IReadOnlyList<ReplayEvent> events)
    {
        foreach (var e in events)
        {
            if (e is ReplayEvent.Begun && _run is { } run && _prepared.Remove(e.Offset, out var publication))
                Publish(run, e.Offset, publication);
        }
    }

    protected override void OnLost(IReadOnlyList<ReplayEvent> events, bool isUnknown, JournalFault? fault, string message)
    {
        GiveUp($"The replay could not be written down: {message} Letters that were published are not published again; ask for it anew.");
    }

    /// <summary>What a reply is about: a letter's publish, or with offset 0 a page of letters.</summary>
    private sealed record Step(ReplayRun Run, long Offset);
}
