using RealTimeActors.Actors;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Presence;

/// <summary>
/// Who is in one channel. Edges tell it who comes and goes, it tells edges what changed: gathered, so that five thousand who come at once are a few messages to each edge.
/// </summary>
/// <remarks>In memory only. When it ends, every edge tells its successor whom it has and what it showed (<see cref="PresenceCommand.Report"/>): so nobody leaves because an actor did. The rules are in
/// <see cref="PresenceState"/>, the times in <see cref="PresencePace"/>.</remarks>
internal sealed class PresenceActor(ChannelName channel, EngineOptions options, EngineMeters meters, IActorRef<ShardMessage> shard) : Actor<object>
{
    private readonly PresenceState _state = new(options.Presence, options.Bug);
    private readonly List<Follower> _followers = new(1);

    /// <summary>Edges whose end is waited for: those that follow, and those that somebody is here by. The end of one may be heard of before what it said last: whoever is here by it then is lost at once.</summary>
    private readonly HashSet<IActorRef> _watched = new(ReferenceEqualityComparer.Instance);
    private long _version;
    private long _counted;
    private bool _isFlushDue;
    private long? _graceDueMs;

    /// <summary>When edges were told last, and how much.</summary>
    private long? _toldMs;
    private long _toldBytes;
    private long _startedAt;

    /// <summary>Milliseconds since it began: a clock that is set must not make anybody leave, or stay.</summary>
    private long NowMs => (long)Context.Time.GetElapsedTime(_startedAt).TotalMilliseconds;

    private long GraceEndsMs => NowMs + (long)options.Presence.Grace.TotalMilliseconds;

    private TimeSpan SinceTold => _toldMs is { } told ? TimeSpan.FromMilliseconds(NowMs - told) : TimeSpan.MaxValue;

    private bool CanStop => _state.Count == 0 && _followers.Count == 0;

    protected override void OnStart()
    {
        _startedAt = Context.Time.GetTimestamp();
        Context.SetIdleTimeout(options.PassivateAfter);
    }

    protected override void OnStop() => meters.PresentChanged(-_counted);

    protected override void Receive(object message)
    {
        switch (message)
        {
            case PresenceCommand.Set set:
                OnSet(set);
                break;
            case PresenceCommand.Leave leave:
                _state.Leave(leave.SessionId, leave.ConnectionId);
                break;
            case PresenceCommand.Lose lose:
                _state.Lose(lose.SessionId, lose.ConnectionId, GraceEndsMs);
                break;
            case PresenceCommand.Follow follow:
                OnFollow(follow);
                break;
            case PresenceCommand.Unfollow unfollow:
                OnUnfollow(unfollow);
                break;
            case PresenceCommand.Report report:
                OnReport(report);
                break;
            case PresenceCommand.Read read:
                var (members, nextKey) = _state.Page(read.AfterKey, read.Limit, read.BytesMax);
                read.ReplyTo.Tell(new PresenceReply.Page(channel, read.Tag, _state.Count, members, nextKey));
                break;
            case Due.Flush:
                _isFlushDue = false;
                Flush();
                break;
            case Due.Grace:
                _graceDueMs = null;
                _state.Expire(NowMs);
                break;
            case ShardMessage.Leave:
                Flush();
                Context.Stop(Self);
                break;
            case ShardMessage.Stop when CanStop:
                Context.Stop(Self);
                break;
            case ShardMessage.Stop:
                shard.Tell(new ShardMessage.Stay(channel.Value));
                break;
        }
    }

    /// <summary>Once for everything that came together.</summary>
    protected override void OnRunEnd()
    {
        if (_counted != _state.Count)
        {
            meters.PresentChanged(_state.Count - _counted);
            _counted = _state.Count;
        }

        SetGraceTimer();
        if (_state.HasNews)
            FlushAfter(PresencePace.Wait(options.Presence, _state.Count, _state.IsListed, SinceTold, _toldBytes));
    }

    protected override void OnSignal(Signal signal)
    {
        switch (signal)
        {
            case Signal.Terminated(var edge):
                // Its node has failed: its clients come back by way of others.
                _watched.Remove(edge);
                _followers.RemoveAll(follower => ReferenceEquals(follower.Edge, edge));
                _state.LoseAll(edge, GraceEndsMs);
                break;
            case Signal.Idle when CanStop:
                shard.Tell(new ShardMessage.Passivate(channel.Value));
                break;
        }
    }

    private void OnSet(PresenceCommand.Set set)
    {
        var isFull = _state.Set(set.Member, set.Holder) == SetOutcome.Full;
        Watch(set.Holder.Edge);
        if (set.Tag is null)
            return;

        set.Holder.Edge.Tell(isFull
            ? new PresenceReply.Refused(channel, set.Tag, ErrorCode.LimitExceeded, $"{channel} has {_state.Count} members, and may have {options.Presence.MembersMax}. One of them must leave first.")
            : new PresenceReply.Taken(channel, set.Tag));
    }

    private void OnFollow(PresenceCommand.Follow follow)
    {
        // Where nobody was told anything yet, it begins with what is now.
        if (_followers.Count == 0)
            _state.Take();

        Tell(FollowerOf(follow.Edge, follow.Number));
    }

    private void OnUnfollow(PresenceCommand.Unfollow unfollow)
    {
        // Said before it followed again, and heard after.
        var edge = unfollow.Edge;
        if (_followers.Exists(follower => ReferenceEquals(follower.Edge, edge) && follower.Number > unfollow.Number))
            return;

        _followers.RemoveAll(follower => ReferenceEquals(follower.Edge, edge));
        if (_watched.Remove(edge))
            Context.Unwatch(edge);
    }

    /// <summary>Others report, too: until they have, what the edges show stays as it is.</summary>
    private void OnReport(PresenceCommand.Report report)
    {
        foreach (var present in report.Present)
            _state.Set(present.Member, new PresenceHolder(present.ConnectionId, report.Edge));

        foreach (var known in report.Known)
            _state.Remember(known, GraceEndsMs);

        FollowerOf(report.Edge, report.Number).NeedsRoster = true;
        FlushAfter(PresencePace.CountEvery);
    }

    private Follower FollowerOf(IActorRef<PresenceReply> edge, long number)
    {
        if (_followers.Find(known => ReferenceEquals(known.Edge, edge)) is { } follower)
        {
            follower.Number = Math.Max(follower.Number, number);
            return follower;
        }

        follower = new Follower(edge) { Number = number };
        _followers.Add(follower);
        Watch(edge);
        return follower;
    }

    private void Watch(IActorRef edge)
    {
        if (Context.CanWatch(edge) && _watched.Add(edge))
            Context.Watch(edge);
    }

    private void Flush()
    {
        var news = _state.Take();
        var changed = news is null ? null : new PresenceReply.Changed(channel, Self, ++_version, news);
        foreach (var follower in _followers)
        {
            if (follower.NeedsRoster)
                Tell(follower);
            else if (changed is not null)
                follower.Edge.Tell(changed);
        }

        if (news is null)
            return;

        meters.PresenceTold();
        _toldMs = NowMs;
        _toldBytes = news.Bytes;
    }

    private void Tell(Follower follower)
    {
        var (members, count) = _state.Told();
        follower.NeedsRoster = false;
        follower.Edge.Tell(new PresenceReply.Roster(channel, Self, _version, members, count));
    }

    private void FlushAfter(TimeSpan wait)
    {
        if (_isFlushDue)
            return;

        _isFlushDue = true;
        Context.StartTimer(Due.Flush.Instance, wait, Due.Flush.Instance);
    }

    private void SetGraceTimer()
    {
        if (_state.NextLossMs is not { } next || _graceDueMs is not null)
            return;

        _graceDueMs = next;
        Context.StartTimer(Due.Grace.Instance, TimeSpan.FromMilliseconds(Math.Max(1, next - NowMs)), Due.Grace.Instance);
    }

    private sealed class Follower(IActorRef<PresenceReply> edge)
    {
        internal IActorRef<PresenceReply> Edge { get; } = edge;

        /// <summary>Of its last word that it follows: one of a lesser number that it does no more was said before it.</summary>
        internal long Number { get; set; }

        /// <summary>Whether it is told everything when others are told what changed.</summary>
        internal bool NeedsRoster { get; set; }
    }

    /// <summary>Time for something.</summary>
    private abstract record Due
    {
        internal sealed record Flush : Due
        {
            internal static Flush Instance { get; } = new();
        }

        internal sealed record Grace : Due
        {
            internal static Grace Instance { get; } = new();
        }
    }
}
