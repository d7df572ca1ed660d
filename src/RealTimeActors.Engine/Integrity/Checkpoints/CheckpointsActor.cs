using RealTimeActors.Actors;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <summary>
/// Gathers where the channels' logs stand, and has it signed from time to time: every so many events, or so long after the first that came, and never when nothing has changed. Each checkpoint names
/// the one before.
/// </summary>
/// <remarks>
/// A channel tells of each row that is on disk; what was not told (before a restart, because its outcome was unknown, or because the word was lost between two nodes) is read out of the journal. One
/// checkpoint is under way at a time: put together, signed behind the door, stored. Four files: what it is told and asked (here), how it learns what it was not told (<c>Reading</c>, <c>Looking</c>), the
/// journal (<c>Log</c>).
/// </remarks>
internal sealed partial class CheckpointsActor(IJournal journal, EngineOptions options, ICheckpointSigner signer, bool isClustered)
    : EventSourcedActor<CheckpointCommand, CheckpointMade, CheckpointState>(journal, new StreamId(CheckpointFormat.Stream), options.EventSourcing)
{
    private const int QuestionsMax = 64;

    /// <summary>Questions that are answered at one time: each may read a hundred thousand events, and many at once would only all be late.</summary>
    private const int QuestionsAtOnce = 4;
    private static readonly TimeSpan _signAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly object _timeIsUp = new();
    private static readonly object _signAgain = new();

    private readonly Dictionary<string, ChannelAdvance> _advances = new(StringComparer.Ordinal);

    /// <summary>The same in the order in which they came.</summary>
    private readonly List<ChannelAdvance> _moving = [];

    /// <summary>Who wants the heads of the newest checkpoint while the next one is under way.</summary>
    private readonly List<CheckpointCommand.ShowLatest> _waiting = [];

    /// <summary>The one under way: being signed, or on its way to the disk.</summary>
    private CheckpointMade? _underWay;

    /// <summary>The newest on disk.</summary>
    private Checkpoint? _latest;
    private long _events;
    private bool _isTimed;
    private bool _isDue;
    private bool _isFirstSinceStart;
    private readonly Queue<(Actor<object> Query, IActorRef<CheckpointReply> ReplyTo)> _questions = new();
    private int _answering;
    private long _asked;

    private long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override void OnCommand(CheckpointCommand command)
    {
        switch (command)
        {
            case CheckpointCommand.Advanced advanced:
                OnAdvanced(advanced);
                break;
            case CheckpointCommand.Stands stands:
                OnStands(stands.Channel.Value, stands.Head);
                break;
            case CheckpointCommand.ShowLatest show:
                OnShowLatest(show);
                break;
            case CheckpointCommand.Show show:
                Ask(new StoredCheckpointQuery(Journal, show), show.ReplyTo);
                break;
            case CheckpointCommand.Prove prove:
                Ask(new ProofQuery(Journal, prove, Self), prove.ReplyTo);
                break;
            case CheckpointCommand.Locate locate:
                locate.ReplyTo.Tell(new LocatedCheckpoint(NumberOf(locate)));
                break;
        }
    }

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case CheckpointSigned signed:
                OnSigned(signed);
                break;
            case ChannelAdvance advance:
                Read(advance);
                break;
            case LogsSeen seen:
                OnSeen(seen);
                break;
            case ShardMessage.Leave:
                StopWhenSettled();
                break;
            case var look when ReferenceEquals(look, _lookAgain):
                Look();
                break;
            case var late when ReferenceEquals(late, _readBehind):
                ReadBehind();
                break;
            case var again when ReferenceEquals(again, _listAgain):
                ListFrom(_listedTo);
                break;
            case var again when ReferenceEquals(again, _signAgain) && _underWay is not null:
                Sign();
                break;
            case var due when ReferenceEquals(due, _timeIsUp):
                _isTimed = false;
                _isDue = true;
                MakeIfDue();
                break;
        }
    }

    /// <summary>Its shard goes to another node, or is another's already. Those who are being answered are told by their queries.</summary>
    protected override void OnStop()
    {
        foreach (var show in _waiting)
            show.ReplyTo.Tell(CheckpointReply.Refused.HasEnded);

        foreach (var (_, replyTo) in _questions)
            replyTo.Tell(CheckpointReply.Refused.HasEnded);

        _waiting.Clear();
        _questions.Clear();
    }

    protected override void OnSignal(Signal signal)
    {
        switch (signal)
        {
            case Signal.Terminated(var ended) when ReferenceEquals(ended, _look):
                OnLooked();
                break;
            case Signal.Terminated:
                _answering--;
                AnswerNext();
                break;
        }
    }

    private void OnAdvanced(CheckpointCommand.Advanced advanced)
    {
        var (first, last) = (advanced.First, advanced.First + advanced.Hashes.Count - 1);
        var advance = AdvanceOf(advanced.Channel.Value, first);
        if (advance.IsReading || first > advance.Next)
        {
            ReadTo(advance, last);
            return;
        }

        var before = advance.Count;
        for (var i = 0; i < advanced.Hashes.Count; i++)
            advance.Take(first + i, advanced.Hashes[i].Span, advanced.Epoch);

        Moved(advance.Count - before);
    }

    /// <summary>So many events more are not covered yet.</summary>
    private void Moved(long events)
    {
        if (events == 0)
            return;

        _events += events;
        _isDue |= _events >= options.Checkpoints.EveryEvents;
        if (!_isTimed && !_isDue)
        {
            _isTimed = true;
            Context.StartTimer(_timeIsUp, options.Checkpoints.Every, _timeIsUp);
        }

        MakeIfDue();
    }

    private ChannelAdvance AdvanceOf(string channel, long first)
    {
        if (_advances.TryGetValue(channel, out var advance))
            return advance;

        // Logs that were there before the first checkpoint of all are taken up where they are; the hash of what comes next binds all that came before.
        var next = State.Heads.Find(channel)?.Head.Offset + 1 ?? (State.Latest is null ? first : 1);
        advance = new ChannelAdvance(channel, next);
        _advances.Add(channel, advance);
        _moving.Add(advance);
        return advance;
    }

    private void MakeIfDue()
    {
        if (!_isDue || _underWay is not null || IsCatchingUp)
            return;

        var whole = _moving.Where(advance => advance.IsWhole).OrderBy(advance => advance.Channel, StringComparer.Ordinal).Take(options.Checkpoints.MovedMax).ToList();
        if (whole.Count == 0)
            return;

        foreach (var advance in whole)
            _advances.Remove(advance.Channel);

        _moving.RemoveAll(advance => !_advances.ContainsKey(advance.Channel));
        _events -= whole.Sum(advance => advance.Count);

        // What had no place, or is still being read, is next.
        _isDue = _moving.Count > 0;
        Context.CancelTimer(_timeIsUp);
        _isTimed = false;
        Make([.. whole.Select(advance => advance.ToHead())]);
    }

    private void Make(List<CheckpointHead> moved)
    {
        if (options.Bug == PlantedBug.CheckpointForgetsChannel && moved.Count > 1)
            moved.RemoveAt(0);

        var number = (State.Latest?.Number ?? 0) + 1;
        var movedRoot = new byte[EventHash.Bytes];
        MerkleTree.Root(CheckpointHead.Leaves(moved), movedRoot);
        State.Heads.Move(moved, number);
        var isBroken = options.Bug == PlantedBug.ChainBrokenAtRestart && _isFirstSinceStart;
        var previous = State.Latest is null || isBroken ? new byte[EventHash.Bytes] : State.Latest.Hash();
        _isFirstSinceStart = false;
        _underWay = new CheckpointMade(
            new Checkpoint(number, Math.Max(NowUnixMs, State.Latest?.TimeUnixMs ?? 0), State.Heads.Count, State.Heads.Root(), moved.Count, movedRoot, previous, signer.KeyId), moved);
        Sign();
    }

    private void Sign() => signer.Sign(_underWay!.Checkpoint.Text(), _underWay.Checkpoint.Number, Self);

    private void OnSigned(CheckpointSigned signed)
    {
        // One that was given up since: the journal was read again, and the number is another's.
        if (_underWay is not { Checkpoint.Signature.IsEmpty: true } made || made.Checkpoint.Number != signed.Number)
            return;

        if (signed.Signature.IsEmpty)
        {
            Context.StartTimer(_signAgain, _signAgainAfter, _signAgain);
            return;
        }

        _underWay = made with { Checkpoint = made.Checkpoint with { Signature = signed.Signature } };
        Persist(_underWay);
    }

    /// <summary>Where to begin to look for the checkpoint that covers an event: it was on disk moments after the time that it bears.</summary>
    private long? NumberOf(CheckpointCommand.Locate locate)
    {
        if (State.Heads.Find(locate.Channel.Value) is not var (head, movedAt) || locate.Offset > head.Offset)
            return null;

        return head.Covers(locate.Offset) ? movedAt : State.FirstSince(locate.TimeUnixMs);
    }

    private void OnShowLatest(CheckpointCommand.ShowLatest show)
    {
        if (!show.WithHeads)
            show.ReplyTo.Tell(new CheckpointReply.Shown(_latest, null));
        else if (_underWay is null)
            show.ReplyTo.Tell(new CheckpointReply.Shown(_latest, _latest is null ? [] : State.Heads.CopyHeads()));
        else if (_waiting.Count < QuestionsMax)
            _waiting.Add(show);
        else
            show.ReplyTo.Tell(new CheckpointReply.Refused(ErrorCode.Overloaded, $"{_waiting.Count} wait for the heads of the next checkpoint already; ask again later."));
    }

    private void Ask(Actor<object> query, IActorRef<CheckpointReply> replyTo)
    {
        if (_answering + _questions.Count >= QuestionsMax)
        {
            replyTo.Tell(new CheckpointReply.Refused(ErrorCode.Overloaded, $"{QuestionsMax} questions about checkpoints are under way already; ask again later."));
            return;
        }

        _questions.Enqueue((query, replyTo));
        AnswerNext();
    }

    private void AnswerNext()
    {
        if (_answering >= QuestionsAtOnce || !_questions.TryDequeue(out var next))
            return;

        _answering++;
        Context.Watch(Context.Spawn($"query-{++_asked}", () => next.Query, new ActorOptions { Supervision = Supervision.Stop }));
    }
}
