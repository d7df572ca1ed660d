using System.Security.Cryptography;
using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Offsets;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Sessions;

/// <summary>
/// One client's session: the channels it follows and how far it has read each of them. It outlives its connections.
/// </summary>
/// <remarks>The rules are in <see cref="SessionState"/>. A session reaches the disk with its first subscription that needs it; until then it lives in memory, for a while.
/// Acks count at once and are journaled within a second.</remarks>
internal sealed partial class SessionActor : EventSourcedActor<SessionCommand, SessionEvent, SessionActor.Holder>
{
    private const int RangesAheadMax = 1_000;

    private static readonly TimeSpan _acksJournaledWithin = TimeSpan.FromSeconds(1);
    private static readonly object _acksDue = new();

    private readonly string _id;
    private readonly SessionServices _services;
    private readonly IActorRef<ShardMessage> _shard;

    /// <summary>Cursors that have moved on since they were last journaled.</summary>
    private readonly ChannelTable<OffsetSet> _acked = new();

    /// <summary>What is to be answered when the journal has everything up to a sequence.</summary>
    private Queue<Promise>? _promises;
    private ConnectionRef? _connection;
    private long _persisted;
    private long _trimmed;
    private bool _isJournaled;

    internal SessionActor(string id, SessionServices services, IActorRef<ShardMessage> shard)
        : base(services.Journal, StreamOf(id), services.EventSourcing)
    {
        _id = id;
        _services = services;
        _shard = shard;
    }

    private long NowUnixMs => Context.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What the names of the sessions' streams begin with.</summary>
    internal const string StreamPrefix = "session/";

    internal static StreamId StreamOf(string sessionId) => new(StreamPrefix + sessionId);

    /// <summary>The hash by which a key is known: keys have 128 random bits, so no salt and no stretching is needed.</summary>
    internal static byte[] HashOf(string key) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key));

    protected override void OnCommand(SessionCommand command)
    {
        if (IsEarly(command))
            return;

        switch (command)
        {
            case SessionCommand.Open open:
                OnOpen(open);
                break;
            case SessionCommand.Attach attach:
                OnAttach(attach);
                break;
            case SessionCommand.Subscribe subscribe when IsCurrent(subscribe.Connection):
                OnSubscribe(subscribe);
                break;
            case SessionCommand.Subscribe subscribe:
                subscribe.Connection.Edge.Tell(new SessionReply.TakenOver(subscribe.Connection.Id));
                break;
            case SessionCommand.ReadCursor read when IsCurrent(read.Connection):
                JournalAcks();
                read.Connection.Edge.Tell(new SessionReply.CursorRead(read.Connection.Id, State.Value.Subscriptions.GetValueOrDefault(read.Channel), read.Tag));
                break;
            case SessionCommand.Follow or SessionCommand.Unfollow or SessionCommand.Announce or SessionCommand.Forget or SessionCommand.ReadCursors:
                OnPatternCommand(command);
                break;
            case SessionCommand.Unsubscribe unsubscribe when IsCurrent(unsubscribe.Connection):
                OnUnsubscribe(unsubscribe);
                break;
            case SessionCommand.Acknowledge acknowledge when IsCurrent(acknowledge.Connection):
                OnAcknowledge(acknowledge);
                break;
            case SessionCommand.Acknowledge late:
                TakeCounted(late.Connection, late.Channel, late.Counted);
                break;
            case SessionCommand.Nack nack when IsCurrent(nack.Connection):
                OnNack(nack);
                break;
            case SessionCommand.AwaitAcks asked:
                OnAwaitAcks(asked);
                break;
            case SessionCommand.RetireFormerKey retire when IsCurrent(retire.Connection) && !State.Value.FormerKeyHash.IsEmpty:
                Record(new SessionEvent.FormerKeyRetired());
                break;
            case SessionCommand.Detach detach when IsCurrent(detach.Connection):
                OnDetach(detach);
                break;
            case SessionCommand.Detach detach:
                HandOverPresence(detach.Present);
                detach.Connection.Edge.Tell(new SessionReply.Detached(detach.Connection.Id));
                KnowAway();
                break;
            case SessionCommand.End end when IsCurrent(end.Connection):
                _services.Meters.SessionEnded("ended");
                OnEnd();
                break;
            case SessionCommand.KeepEvents keep:
                OnKeepEvents(keep);
                break;
            case SessionCommand.Inspect inspect:
                OnInspect(inspect);
                break;
            case SessionCommand.Terminate terminate:
                OnTerminate(terminate);
                break;
            case SessionCommand.ExpireIfOld when _connection is null:
                OnExpireIfOld();
                break;
        }
    }

    protected override void OnOther(object message)
    {
        if (ReferenceEquals(message, _acksDue))
            JournalAcks();
        else if (ReferenceEquals(message, _nacksDue))
            OnNacksDue();
        else if (ReferenceEquals(message, _lettersDue))
            WriteLetters();
        else if (message is LetterTag letter)
            OnLetter(letter);
        else if (message is ChannelReply reply)
            OnChannelReply(reply);
        else if (message is ShardMessage.Leave)
            OnLeave();
        else if (message is ShardMessage.Stop && CanStop)
            Context.Stop(Self);
        else if (message is ShardMessage.Stop)
            _shard.Tell(new ShardMessage.Stay(_id));
    }

    protected override void OnSignal(Signal signal)
    {
        if (signal is Signal.Terminated(var edge))
            OnEdgeLost(edge);

        if (signal is Signal.Idle && IsRunning && CanStop)
            _shard.Tell(new ShardMessage.Passivate(_id));
    }

    private bool CanStop => _connection is null && UndecidedCount == 0 && _promises is not { Count: > 0 } && _acked.Count == 0 && !IsAwaited && !IsWritingLetters && !HoldsPresence;

    private void OnOpen(SessionCommand.Open open)
    {
        if (open.PresentedKeyHash is { } presented && WhyNot(open, presented) is { } reason)
        {
            open.Connection.Edge.Tell(new SessionReply.NotOpened(open.Connection.Id, reason));
            return;
        }

        // The inbox is for those who are away; from here on the connection itself follows the channels.
        TellBack();

        if (_connection is { } former && _services.Options.Bug != PlantedBug.TakeOverLeavesBoth)
            former.Edge.Tell(new SessionReply.TakenOver(former.Id));

        JournalAcks();
        Connect(open.Connection);
        TakeEarly();

        var isResumed = open.PresentedKeyHash is not null;
        if (_services.Options.Bug == PlantedBug.KeyNotDurable && isResumed)
        {
            State.Value = State.Value.Apply(new SessionEvent.Opened(open.NewKeyHash, default, NowUnixMs));
            open.Connection.Edge.Tell(Opened(open.Connection, isResumed));
            return;
        }

        Record(
            isResumed
                ? new SessionEvent.Opened(open.NewKeyHash, open.PresentedKeyHash!.Value, NowUnixMs)
                : new SessionEvent.Begun(open.User, open.NewKeyHash, default, NowUnixMs),
            then: () =>
            {
                BeginRedelivering();
                open.Connection.Edge.Tell(Opened(open.Connection, isResumed));
            },
            otherwise: _ => open.Connection.Edge.Tell(new SessionReply.NotOpened(open.Connection.Id, null)));
    }

    private string? WhyNot(SessionCommand.Open open, ReadOnlyMemory<byte> presented)
    {
        var state = State.Value;
        if (!state.Exists)
            return "unknown";

        if (!IsKey(presented, state.KeyHash) && !IsKey(presented, state.FormerKeyHash) && !state.OtherKeyHashes.Exists(other => IsKey(presented, other)))
            return "unknown";

        // Whoever has the key and is another user is not told that there is such a session.
        return state.User != open.User && _services.Options.Bug != PlantedBug.SessionOfOtherUser ? "unknown" : _connection is null && IsExpired ? "expired" : null;
    }

    private static bool IsKey(ReadOnlyMemory<byte> presented, ReadOnlyMemory<byte> known) => !known.IsEmpty && CryptographicOperations.FixedTimeEquals(presented.Span, known.Span);

    private SessionReply.Opened Opened(ConnectionRef connection, bool isResumed) =>
        new(connection.Id, _id, isResumed, [.. State.Value.Subscriptions.Values]) { Patterns = [.. State.Value.Patterns.Values], Present = TakePresence() };

    private void OnSubscribe(SessionCommand.Subscribe subscribe)
    {
        if (IsOvertaken(subscribe.Connection, subscribe.Subscription.Channel, subscribe.Number, subscribe.Tag))
            return;

        if (subscribe.KeepsCursor)
            subscribe = subscribe with { Subscription = AtCursor(subscribe.Subscription) };
        else
            _begunAt?.Remove(subscribe.Subscription.Channel);

        // What was acked after a nack is not to be delivered again because the subscription is made anew.
        if (State.Value.Subscriptions.GetValueOrDefault(subscribe.Subscription.Channel) is { Nacked.IsEmpty: false })
            JournalAcks();

        _acked.Remove(subscribe.Subscription.Channel);
        if (subscribe.Subscription.IsJournaled(KeepsForOffline(subscribe.Subscription.Channel)))
            BeginJournaling();

        if (NeedsInbox(subscribe.Subscription))
            TellFollows(subscribe.Subscription.Channel);

        var subscription = subscribe.Subscription with { Number = subscribe.Number, NumberedBy = subscribe.Connection.Id };
        Record(
            subscription.IsByPattern ? new SessionEvent.Announced([subscription]) : new SessionEvent.Subscribed(subscription),
            then: () =>
            {
                subscribe.Connection.Edge.Tell(new SessionReply.Stored(subscribe.Connection.Id, subscribe.Tag) { Nacked = NackedOf(subscribe.Subscription.Channel) });
                RedeliverAnew(subscribe.Subscription.Channel);
            },
            otherwise: message => subscribe.Connection.Edge.Tell(new SessionReply.NotStored(subscribe.Connection.Id, subscribe.Tag, message)));
    }

    private void OnUnsubscribe(SessionCommand.Unsubscribe unsubscribe)
    {
        if (IsOvertaken(unsubscribe.Connection, unsubscribe.Channel, unsubscribe.Number, unsubscribe.Tag))
            return;

        _begunAt?.Remove(unsubscribe.Channel);
        if (State.Value.PatternOf(unsubscribe.Channel) is null)
            _acked.Remove(unsubscribe.Channel);

        if (State.Value.Subscriptions.TryGetValue(unsubscribe.Channel, out var subscription) && NeedsInbox(subscription) && State.Value.PatternOf(unsubscribe.Channel) is null)
            _services.Channels.Tell(new ChannelCommand.Unfollow(unsubscribe.Channel, _id));

        Record(
            new SessionEvent.Unsubscribed(unsubscribe.Channel),
            then: () => unsubscribe.Connection.Edge.Tell(new SessionReply.Stored(unsubscribe.Connection.Id, unsubscribe.Tag)),
            otherwise: message => unsubscribe.Connection.Edge.Tell(new SessionReply.NotStored(unsubscribe.Connection.Id, unsubscribe.Tag, message)));
    }

    private void OnAcknowledge(SessionCommand.Acknowledge acknowledge)
    {
        TakeCounted(acknowledge.Connection, acknowledge.Channel, acknowledge.Counted);
        if ((State.Value.Subscriptions.GetValueOrDefault(acknowledge.Channel) ?? Unannounced(acknowledge)) is not { } subscription)
            return;

        // Of the changes before it some are acked perhaps, but not the state.
        if (acknowledge.Prefix < acknowledge.StateAt || (subscription.NeedsSnapshot && subscription.Epoch == acknowledge.Epoch && acknowledge.Prefix < subscription.Prefix))
            return;

        NoteBeginning(subscription, acknowledge);

        // Acks from a dying connection can arrive after the next one has moved the cursor on; and after a reset the old offsets mean nothing.
        if (!_acked.TryGetValue(acknowledge.Channel, out var cursor) || subscription.Epoch != acknowledge.Epoch)
        {
            cursor = new OffsetSet(subscription.Epoch == acknowledge.Epoch ? subscription.Prefix : 0);
            foreach (var range in subscription.Epoch == acknowledge.Epoch ? subscription.Ahead : [])
                cursor.Add(range.From, range.To);
        }

        cursor.Add(1, acknowledge.Prefix);
        // Bounded: what is not remembered as done ahead is sent again, which is safe. What was given up is remembered in any case: it must not come again.
        foreach (var range in acknowledge.Ahead)
        {
            if (cursor.Ahead.Count < RangesAheadMax || subscription.Nacked.GetValueOrDefault(range.From) is { Phase: NackPhase.GivenUp })
                cursor.Add(range.From, range.To);
        }

        if (subscription.Epoch != acknowledge.Epoch)
        {
            // What was acked of the epoch before must not be journaled later, as if it were of this one.
            _acked.Remove(acknowledge.Channel);
            Record(new SessionEvent.Acknowledged(acknowledge.Channel, acknowledge.Epoch, cursor.Prefix, cursor.Ahead));
            TellAwaited(acknowledge.Channel);
            return;
        }

        if (_acked.Count == 0)
            Context.StartTimer(_acksDue, _acksJournaledWithin, _acksDue);

        _acked[acknowledge.Channel] = cursor;
        TellAwaited(acknowledge.Channel);
    }

    private void OnDetach(SessionCommand.Detach detach)
    {
        JournalAcks();
        Disconnect();
        HandOverPresence(detach.Present);
        EndRedelivering();
        Record(
            new SessionEvent.Detached(NowUnixMs),
            then: () => detach.Connection.Edge.Tell(new SessionReply.Detached(detach.Connection.Id)),
            otherwise: _ => detach.Connection.Edge.Tell(new SessionReply.Detached(detach.Connection.Id)));
        Context.SetIdleTimeout(_isJournaled ? _services.Options.PassivateAfter : _services.Options.UnsavedSessionKeptFor);
        TellAway();
    }

    private void OnEnd()
    {
        foreach (var subscription in State.Value.Subscriptions.Values.Where(NeedsInbox))
            _services.Channels.Tell(new ChannelCommand.Unfollow(subscription.Channel, _id));

        Disconnect();
        LeavePresence();
        _acked.Clear();
        _begunAt = null;
        EndRedelivering();
        _letters = null;

        // What still comes finds no session here. It stops by way of its shard, so that nothing which is already in the mailbox is left unanswered.
        State.Value = SessionState.New;
        Context.SetIdleTimeout(_services.Options.PassivateAfter);
        if (_isJournaled)
            Journal.Delete(Stream, Self);
        else
            _shard.Tell(new ShardMessage.Passivate(_id));
    }

    private bool IsCurrent(ConnectionRef connection) => _connection?.Id == connection.Id;
}
