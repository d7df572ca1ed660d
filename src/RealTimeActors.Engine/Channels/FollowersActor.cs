using RealTimeActors.Actors;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// The sessions that follow one ephemeral channel with <c>offline = keep</c>. Who follows is journaled, so that events find the inboxes also after a restart; who is
/// away is not: after a restart everybody is, until they come back.
/// </summary>
/// <remarks>What sessions say may be lost between nodes, so each word says all: who is away, or back, follows. A session that is sent events although it is there says that it is back, one that does not follow that
/// it does not; and one whose actor has ended without a word is asked.</remarks>
internal sealed class FollowersActor(
    string channel, IJournal journal, IActorRef<SessionCommand> sessions, EngineOptions options, IActorRef<ShardMessage> shard)
    : EventSourcedActor<FollowersCommand, FollowersActor.Change, SortedSet<string>>(
        journal, new StreamId($"followers/{channel}"), options.EventSourcing with { SnapshotEvery = 1_000 })
{
    private const byte Version = 1;

    /// <summary>The actors of those who are there.</summary>
    private readonly Dictionary<string, IActorRef> _online = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, string> _sessionOf = new(ReferenceEqualityComparer.Instance);

    protected override void OnStart()
    {
        base.OnStart();
        Context.SetIdleTimeout(options.PassivateAfter);
    }

    protected override void OnCommand(FollowersCommand command)
    {
        switch (command)
        {
            case FollowersCommand.Follow(_, var session, var actor):
                if (actor is not null)
                    BeThere(session, actor);

                Follow(session);
                break;
            case FollowersCommand.Unfollow(_, var session):
                BeAway(session);
                if (State.Contains(session))
                    Persist(new Change(session, IsFollowing: false));
                break;
            case FollowersCommand.Away away:
                BeAway(away.SessionId);
                Follow(away.SessionId);
                if (away.Missed.Count > 0)
                    sessions.Tell(new SessionCommand.KeepEvents(away.SessionId, away.Channel, away.Epoch, away.Missed) { IsAll = true });
                break;
            case FollowersCommand.Distribute distribute:
                foreach (var session in State.Where(session => !_online.ContainsKey(session)))
                    sessions.Tell(new SessionCommand.KeepEvents(session, distribute.Channel, distribute.Epoch, distribute.Events));
                break;
        }
    }

    protected override void OnOther(object message)
    {
        if (message is ShardMessage.Leave)
            StopWhenSettled();

        if (message is not ShardMessage.Stop)
            return;

        if (CanStop)
            Context.Stop(Self);
        else
            shard.Tell(new ShardMessage.Stay(channel));
    }

    protected override void OnSignal(Signal signal)
    {
        if (signal is Signal.Terminated(var actor) && _sessionOf.Remove(actor, out var session))
        {
            // Its node has failed, or the link to it, or its shard moves: it says whether it is back, or where it stands.
            _online.Remove(session);
            if (State.Contains(session))
                sessions.Tell(new SessionCommand.KeepEvents(session, ChannelName.Parse(channel), "", []));
        }

        if (signal is Signal.Idle && IsRunning && CanStop)
            shard.Tell(new ShardMessage.Passivate(channel));
    }

    private void Follow(string session)
    {
        if (!State.Contains(session))
            Persist(new Change(session, IsFollowing: true));
    }

    private void BeThere(string session, IActorRef actor)
    {
        if (_online.TryGetValue(session, out var known) && ReferenceEquals(known, actor))
            return;

        BeAway(session);

        // The end of one that cannot be watched is not heard of: it is as if it were away, and says otherwise when it is sent something.
        if (!Context.CanWatch(actor))
            return;

        Context.Watch(actor);
        _online[session] = actor;
        _sessionOf[actor] = session;
    }

    private void BeAway(string session)
    {
        if (!_online.Remove(session, out var actor))
            return;

        _sessionOf.Remove(actor);
        Context.Unwatch(actor);
    }

    // Who is online is known here only.
    private bool CanStop => _online.Count == 0 && UndecidedCount == 0;

    protected override SortedSet<string> CreateState(JournalReply.Loaded loaded) => new(StringComparer.Ordinal);

    protected override void Apply(SortedSet<string> state, Change @event)
    {
        if (@event.IsFollowing)
            state.Add(@event.SessionId);
        else
            state.Remove(@event.SessionId);
    }

    protected override ReadOnlyMemory<byte> WriteRow(IReadOnlyList<Change> events)
    {
        var to = new PayloadWriter();
        to.Byte(Version);
        foreach (var change in events)
        {
            to.Byte(change.IsFollowing ? (byte)1 : (byte)0);
            to.Text(change.SessionId);
        }

        return to.ToArray();
    }

    protected override IReadOnlyList<Change> ReadRow(JournalRow row) => Read(row.Payload);

    protected override ReadOnlyMemory<byte> WriteSnapshot(SortedSet<string> state) => WriteRow([.. state.Select(session => new Change(session, IsFollowing: true))]);

    protected override SortedSet<string> ReadSnapshot(ReadOnlyMemory<byte> payload, JournalReply.Loaded loaded)
    {
        var state = CreateState(loaded);
        foreach (var change in Read(payload))
            Apply(state, change);

        return state;
    }

    protected override void OnCommitted(IReadOnlyList<Change> events)
    {
    }

    protected override void OnLost(IReadOnlyList<Change> events, bool isUnknown, JournalFault? fault, string message)
    {
        // Told again, so that it is tried until it is on disk; a change that did make it is not persisted twice.
        foreach (var change in events)
        {
            var name = ChannelName.Parse(channel);
            Self.Tell(change.IsFollowing ? new FollowersCommand.Follow(name, change.SessionId, null) : new FollowersCommand.Unfollow(name, change.SessionId));
        }
    }

    private static List<Change> Read(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        if (version != Version)
            throw new InvalidDataException($"Format {Version} is expected for followers, but the row is of format {version}: it was written by a newer version. Use that one.");

        var changes = new List<Change>();
        while (!from.IsAtEnd)
            changes.Add(new Change(IsFollowing: from.Byte() == 1, SessionId: from.Text() ?? ""));

        return changes;
    }

    /// <summary>Somebody began or ceased to follow.</summary>
    internal sealed record Change(string SessionId, bool IsFollowing);
}
