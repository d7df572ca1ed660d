using RealTimeActors.Actors;
using RealTimeActors.Engine.States;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// One durable channel: gives every event its offset and hash, has it written, and only then tells the publisher and the subscribers.
/// </summary>
/// <remarks>It decides on the tentative state and answers from the committed one; the rules are in <see cref="ChannelState"/>, <see cref="ProducerWindow"/>,
/// <see cref="StartPosition"/> and <see cref="RetentionMarks"/>.</remarks>
internal sealed partial class ChannelActor : EventSourcedActor<ChannelCommand, StoredEvent, ChannelState>
{
    private readonly ChannelName _channel;
    private readonly ChannelSettings _settings;
    private readonly ChannelServices _services;
    private readonly IActorRef<ShardMessage> _shard;
    private readonly IEntropy _entropy;
    private readonly FanoutTargets _targets;
    private readonly DeliveryWatches _watches;
    private readonly ChannelStages _stages;
    private readonly Herald _herald;

    /// <summary>Publishes that wait for the disk, in order of the offset that answers them.</summary>
    private readonly Queue<PendingPublish> _pending = new();
    private readonly List<PendingRead> _reads = [];

    /// <summary>Null until something was published.</summary>
    private EventSeals? _seals;
    private long _trimmed;

    /// <summary>The newest offset that the edges were sent, and what recovery finds beyond it.</summary>
    private long _fannedTo;
    private readonly List<ChannelEvent> _missed = [];

    internal ChannelActor(ChannelName channel, ChannelSettings settings, ChannelServices services, IActorRef<ShardMessage> shard)
        : base(services.Journal, StreamOf(channel), services.Options.EventSourcing)
    {
        _channel = channel;
        _settings = settings;
        _services = services;
        _shard = shard;
        _entropy = services.Entropy.Fork($"channel/{channel}");
        _targets = new FanoutTargets(channel);
        _stages = new ChannelStages(services.Meters);
        _herald = new Herald(services.Directory, channel, isDurable: true);
        _watches = new DeliveryWatches(channel, (offset, within) => Context.StartTimer(("delivered", offset), within, new DeliveryTimeout(offset)));
    }

    private long First => Math.Min(CommittedSequence + 1, Math.Max(_trimmed + 1, State.Marks.First(_settings.Retention, CommittedSequence, NowUnixMs) + (Has(PlantedBug.RetentionOffByOne) ? 1 : 0)));

    private long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What the names of the channels' streams begin with.</summary>
    internal const string StreamPrefix = "channel/";

    internal static StreamId StreamOf(ChannelName channel) => new(StreamPrefix + channel);

    protected override void OnStart()
    {
        base.OnStart();
        Context.SetIdleTimeout(_services.Options.PassivateAfter);
    }

    protected override void OnStop()
    {
        if (!Has(PlantedBug.HandedOverUnanswered))
        {
            LosePending(isUnknown: true, "its actor has ended");
            LoseMutations(isUnknown: true, "its actor has ended");
        }

        foreach (var read in _reads)
            RefuseRead(read, $"{_channel} ended before it was read.");

        _reads.Clear();
        LoseStateReads($"{_channel} ended before its state was read.");
        _watches.SettleAll();
        _stages.Forget();
    }

    protected override void OnRunEnd()
    {
        _seals?.Seal();
        base.OnRunEnd();
        if (IsRunning)
            _stages.RunEnded(Context.Time, State.Head, UndecidedCount);
    }

    protected override void OnCommand(ChannelCommand command)
    {
        switch (command)
        {
            case ChannelCommand.Publish publish:
                OnPublish(publish);
                break;
            case ChannelCommand.Join join:
                OnJoin(join);
                break;
            case ChannelCommand.Leave leave:
                _targets.Leave(leave.Edge, leave.Format, leave.Number);
                break;
            case ChannelCommand.Rest rest:
                OnRest(rest);
                break;
            case ChannelCommand.Read read:
                OnRead(read);
                break;
            case ChannelCommand.ReadStats stats:
                stats.ReplyTo.Tell(new ChannelReply.Stats(stats.Tag, State.Epoch, First, CommittedSequence, IsDurable: true, _targets.Count) { Entries = _committed.Count });
                break;
            case ChannelCommand.ReportAcks report:
                _watches.Report(report);
                break;
            case ChannelCommand.Mutate mutate:
                OnMutate(mutate);
                break;
            case ChannelCommand.ReadState read:
                OnReadState(read);
                break;
            case ChannelCommand.ReadHistory read:
                OnReadHistory(read);
                break;
            case ChannelCommand.FollowedByPatterns followed:
                _watches.Expect(followed);
                break;
        }
    }

    protected override void OnOther(object message)
    {
        switch (message)
        {
            case DeliveryTimeout(var offset):
                _watches.OnTime(offset);
                break;
            case StateReply reply:
                OnStateReply(reply);
                break;
            case var _ when ReferenceEquals(message, _formerStatesTimer):
                _formerStates = null;
                break;
            case ShardMessage.Leave:
                StopWhenSettled(withSnapshot: true);
                break;
            case ShardMessage.Stop when CanStop:
                Stop();
                break;
            case ShardMessage.Stop:
                _shard.Tell(new ShardMessage.Stay(_channel.Value));
                break;
        }
    }

    protected override void OnSignal(Signal signal)
    {
        if (signal is Signal.Terminated(var ended))
        {
            // An edge whose node is gone, or a reader of the state.
            _targets.Remove(ended);
            Self.Tell(new StateReply.Ended(ended));
        }

        if (signal is Signal.Idle && IsRunning && CanStop)
            _shard.Tell(new ShardMessage.Passivate(_channel.Value));
    }

    protected override void Stop()
    {
        // Whoever follows it joins its successor, and so wakes it.
        if (_targets.Count == 0)
            _herald.Stopped(State.Epoch);

        Context.Stop(Self);
    }

    private bool CanStop => _targets.Count == 0 && _watches.IsEmpty && IsSettled;

    /// <summary>Whether nobody waits for an answer but those who want to know who acked.</summary>
    protected override bool IsSettled => base.IsSettled && _pending.Count == 0 && _reads.Count == 0 && _mutations is not { Count: > 0 } && !IsReadingState;

    private void OnPublish(ChannelCommand.Publish publish)
    {
        _stages.Received(publish.ReceivedAt);
        if (UndecidedCount + publish.Publications.Count > _services.Options.UndecidedEventsMax)
        {
            Refuse(publish, ErrorCode.Overloaded, $"{UndecidedCount} events of {_channel} wait for the disk already.", TimeSpan.FromMilliseconds(100));
            return;
        }

        if (publish.Confirm == Confirm.Delivered && _watches.IsFull)
        {
            Refuse(publish, ErrorCode.Overloaded, DeliveryWatches.FullOf(_channel), TimeSpan.FromSeconds(1));
            return;
        }

        if (Has(PlantedBug.OfferedTwice) && UndecidedCount > 0 && publish.Publications is [{ ProducerId: not null } again])
            publish = publish with { Publications = [again with { ProducerId = null }] };

        var verdict = PublishJudge.Judge(_channel, State.Producers, publish.Publications, NowUnixMs);
        if (verdict.Taken is not { } judged)
        {
            Refuse(publish, verdict.Code, verdict.Message);
            return;
        }

        publish.Trace?.Mark("decided");
        if (judged[0].Repeats is not null)
            _services.Meters.Published(PublishOutcome.Duplicate, judged.Length);

        if (publish.Confirm == Confirm.Accepted)
            publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, [.. judged.Select(_ => Accepted())]));

        var receipts = new ServerFrame.Receipt[judged.Length];
        for (var i = 0; i < judged.Length; i++)
        {
            receipts[i] = judged[i].Repeats is { } earlier
                ? Persisted(earlier.Offset, Has(PlantedBug.DuplicateOtherHash) ? State.HeadHash : earlier.Hash) with { Duplicate = true }
                : Append(publish.Publications[i], judged[i].Digest, withPrevious: i > 0);
        }

        // A repeat of something that is itself still on its way waits for it; otherwise its receipt could be told before it is true.
        var last = receipts.Max(receipt => receipt.Offset);
        if (last <= CommittedSequence || Has(PlantedBug.AckBeforeCommit))
            Answer(publish, receipts);
        else
            _pending.Enqueue(new PendingPublish(publish, receipts, State.Head));
    }

    private ServerFrame.Receipt Append(Publication publication, ReadOnlyMemory<byte> digest, bool withPrevious, StoredMutation? mutation = null)
    {
        var offset = State.Head + 1;
        var chance = new byte[ChannelFormat.SaltBytes + ChannelFormat.HashBytes];
        var salt = chance.AsMemory(0, ChannelFormat.SaltBytes);
        var hash = chance.AsMemory(ChannelFormat.SaltBytes);
        _entropy.Fill(salt.Span);

        var e = publication.ToEvent(_channel, State.Epoch, offset, Math.Max(NowUnixMs, State.HeadTimeUnixMs), hash);
        if (!_services.Options.IsUnhashed)
            (_seals ??= new EventSeals()).Add(e, State.Epoch, salt, State.HeadHash, hash);

        // What is told before it is written is told with its hash all the same.
        if (!Has(PlantedBug.None))
            _seals?.Seal();

        if (Has(PlantedBug.BroadcastBeforeCommit))
            _targets.Send(Self, State.Epoch, [e], []);

        Persist(new StoredEvent(e, salt, publication.ProducerId, publication.ProducerSequence, digest) { Mutation = mutation }, withPrevious);
        return Persisted(Has(PlantedBug.ReceiptWrongOffset) ? CommittedSequence + 1 : offset, hash);
    }

    private void OnJoin(ChannelCommand.Join join)
    {
        Add(join);
        var from = Has(PlantedBug.ResumeIgnoresEpoch) && join.From is From.Position position ? position with { Epoch = State.Epoch } : join.From;
        var start = StartPosition.Resolve(from, State.Epoch, First, CommittedSequence);
        if (join.WantsState)
            start = start.WithState();

        join.Edge.Tell(new ChannelReply.Joined(join.Tag, _channel, start, IsDurable: true, Self)
        {
            Tail = join.Format is { } format ? _herald.TailAfter(start, format) : null,
            Snapshot = join.WantsState && start.Recovered != Recovered.Full ? _committed : null,
        });
        _herald.Joined(State.Epoch);
    }

    private void Add(ChannelCommand.Join join)
    {
        _targets.Join(join.Edge, join.Format, join.Number);
        if (_services.IsClustered && Context.CanWatch(join.Edge))
            Context.Watch(join.Edge);
    }

    private void OnRest(ChannelCommand.Rest rest)
    {
        // What is on its way to the edge, or to the disk, comes first: the edge asks again. What is committed later is told to the directory.
        var mayRest = rest.Head == CommittedSequence && !_targets.HasJoinedAfter(rest.Edge, rest.Number);
        if (mayRest)
        {
            _targets.Remove(rest.Edge);
            _herald.Rest(State.Epoch, isFollowed: _targets.Count > 0);
        }

        rest.Edge.Tell(new ChannelReply.Rested(rest.Tag, _channel, mayRest));
        if (mayRest && _herald.IsUntouched && CanStop)
            _shard.Tell(new ShardMessage.Passivate(_channel.Value));
    }

    private void Answer(ChannelCommand.Publish publish, IReadOnlyList<ServerFrame.Receipt> receipts)
    {
        switch (publish.Confirm)
        {
            case Confirm.Delivered when receipts[^1].Duplicate:
                _watches.Repeat(publish, receipts);
                break;
            case Confirm.Delivered:
                _watches.Begin(publish, receipts, _targets.Edges, _services.Options.DeliveredWait(publish.DeliveredTimeout));
                break;
            case Confirm.Persisted:
                publish.ReplyTo.Tell(new ChannelReply.Published(publish.Tag, receipts));
                break;
            default:
                publish.ReplyTo.Tell(new ChannelReply.Settled(publish.Tag));
                break;
        }
    }

    private void Refuse(ChannelCommand.Publish publish, ErrorCode code, string message, TimeSpan? after = null)
    {
        _services.Meters.Refused(code, publish.Publications.Count);
        if (publish.Confirm != Confirm.None)
            publish.ReplyTo.Tell(new ChannelReply.Refused(publish.Tag, code, message) { After = after });
        else
            publish.ReplyTo.Tell(new ChannelReply.Settled(publish.Tag));
    }

    private bool Has(PlantedBug bug) => _services.Options.Bug == bug;

    private ServerFrame.Receipt Accepted() => new() { Status = ReceiptStatus.Accepted, Channel = _channel.Value };

    private ServerFrame.Receipt Persisted(long offset, ReadOnlyMemory<byte> hash) =>
        new() { Status = ReceiptStatus.Persisted, Channel = _channel.Value, Epoch = State.Epoch, Offset = offset, Hash = hash };

    private sealed record PendingPublish(ChannelCommand.Publish Publish, IReadOnlyList<ServerFrame.Receipt> Receipts, long AnsweredAt);

    private sealed record DeliveryTimeout(long Offset);
}
