using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine.Patterns;

/// <summary>
/// All channels of the node: those that have a log, and those that are in memory. Edges that follow patterns learn from it which channels these mean, and of each that comes into being or
/// stirs. What it tells is numbered, so that an edge finds out when it has missed something; and what channels tell it is only speed, because it looks through the journal from time to time.
/// </summary>
/// <remarks>
/// A channel at rest is followed by many without being in memory: its head is known here, and it tells of its next event before it goes on (<see cref="DirectoryCommand.Stirred"/>). One that is
/// awake is joined. So a publish costs nothing here, but the first one after a rest. Nobody's names are held before the first pattern is followed.
/// </remarks>
internal sealed partial class ChannelDirectory(IJournal journal, ShardRegion<ChannelCommand> channels, IEntropy entropy, EngineOptions options) : Actor<object>
{
    /// <summary>Channels of one page.</summary>
    internal const int PageMax = 256;

    /// <summary>Names that are looked at for one page.</summary>
    private const int LooksMax = 4_096;

    private readonly ChannelNames _names = new();
    private readonly ChangeLog _log = new();
    private readonly PatternIndex<EdgeFollower> _patterns = new();
    private readonly Dictionary<IActorRef<DirectoryReply>, EdgeFollower> _edges = [];
    private readonly List<EdgeFollower> _found = [];
    private string _life = "";

    protected override void OnStart()
    {
        var chance = new byte[6];
        entropy.Fork($"directory/{Context.Time.GetTimestamp()}").Fill(chance);
        _life = Convert.ToHexStringLower(chance);
    }

    protected override void Receive(object message)
    {
        switch (message)
        {
            case DirectoryCommand.Stirred or DirectoryCommand.Rested or DirectoryCommand.Ended when options.LosesWord is { } loses && loses():
                break;
            case DirectoryCommand.Stirred stirred when _phase != Phase.Unused:
                OnStirred(stirred);
                break;
            case DirectoryCommand.Rested rested when _phase != Phase.Unused:
                OnRested(rested);
                break;
            case DirectoryCommand.Ended ended when _phase != Phase.Unused:
                OnEnded(ended);
                break;
            case DirectoryCommand.Follow or DirectoryCommand.ReadPage when _phase != Phase.Known:
                // Bounded by the edges: each connection asks for one page at a time.
                Context.Stash(message);
                BeginListing();
                break;
            case DirectoryCommand.Follow follow:
                OnFollow(follow);
                break;
            case DirectoryCommand.Unfollow unfollow:
                OnUnfollow(unfollow);
                break;
            case DirectoryCommand.ReadPage read:
                OnReadPage(read);
                break;
            case DirectoryCommand.Check check:
                OnCheck(check);
                break;
            case DirectoryCommand.Watch watch:
                OnWatch(watch);
                break;
            case ShardMessage.Leave:
                Context.Stop(Self);
                break;
            default:
                OnListing(message);
                break;
        }
    }

    protected override void OnSignal(Signal signal)
    {
        // An edge whose node is gone.
        if (signal is Signal.Terminated(var actor) && _edges.Keys.FirstOrDefault(edge => ReferenceEquals(edge, actor)) is { } ended)
            LetGo(ended);
    }

    private void Forget(IActorRef<DirectoryReply> whom)
    {
        LetGo(whom);
        if (Context.CanWatch(whom))
            Context.Unwatch(whom);
    }

    private void LetGo(IActorRef<DirectoryReply> whom)
    {
        _edges.Remove(whom, out var edge);
        foreach (var pattern in edge!.Patterns)
            _patterns.Remove(pattern, edge);
    }

    private void OnStirred(DirectoryCommand.Stirred stirred)
    {
        var isNew = Place(stirred.Channel, stirred.IsDurable, stirred.Epoch, stirred.Head, isAwake: true, out var entry);
        if (!isNew || options.Bug != PlantedBug.BirthNotTold)
            Tell(stirred.Channel, entry);
    }

    private void OnRested(DirectoryCommand.Rested rested)
    {
        // Those who follow it should have joined it since it stirred, and ignore this then. But it may have rested and stirred again since, and both words were lost: only a head that is known
        // here is known to have been told.
        var isMissed = _names.Find(rested.Channel) is { } known && rested.Head > known.Head;
        if (Place(rested.Channel, rested.IsDurable, rested.Epoch, rested.Head, isAwake: false, out var entry) || isMissed)
            Tell(rested.Channel, entry);
    }

    private void OnEnded(DirectoryCommand.Ended ended)
    {
        if (_names.Find(ended.Channel) is not { } entry)
            return;

        entry.IsAwake = false;
        _names.Remove(entry);
        _log.Forget(entry);
        Tell(StandingOf(entry), isEnded: true);
    }

    /// <summary>Writes down how a channel stands, and says whether it is new.</summary>
    private bool Place(ChannelName channel, bool isDurable, string epoch, long head, bool isAwake, out ChannelEntry entry)
    {
        var known = _names.Find(channel);
        entry = known ?? new ChannelEntry(channel.Value);
        entry.IsDurable = isDurable;
        entry.Epoch = epoch;
        entry.Head = head;
        entry.IsAwake = isAwake;
        if (known is null)
            _names.Add(entry);

        return known is null;
    }

    private void Tell(ChannelName channel, ChannelEntry entry)
    {
        _log.Add(entry);
        if (_edges.Count > 0)
            Tell(StandingOf(entry) with { Channel = channel }, isEnded: false);
    }

    private void Tell(ChannelStanding standing, bool isEnded)
    {
        _found.Clear();
        _patterns.Find(standing.Channel, _found);
        for (var i = 0; i < _found.Count; i++)
        {
            // An edge with several patterns that mean the channel is told once.
            var edge = _found[i];
            if (_found.IndexOf(edge) < i)
                continue;

            if (options.LosesWord is not { } loses || !loses())
                edge.Edge.Tell(new DirectoryReply.Changed(_life, edge.ToldTo, _log.Position, standing, isEnded));

            edge.ToldTo = _log.Position;
        }
    }

    private void OnFollow(DirectoryCommand.Follow follow)
    {
        if (!_edges.TryGetValue(follow.Edge, out var edge))
        {
            edge = new EdgeFollower(follow.Edge) { ToldTo = _log.Position };
            _edges.Add(follow.Edge, edge);
            if (Context.CanWatch(follow.Edge))
                Context.Watch(follow.Edge);
        }

        if (edge.Patterns.Add(follow.Pattern))
            _patterns.Add(follow.Pattern, edge);

        follow.Edge.Tell(new DirectoryReply.Followed(_life, edge.ToldTo));
    }

    private void OnUnfollow(DirectoryCommand.Unfollow unfollow)
    {
        if (!_edges.TryGetValue(unfollow.Edge, out var edge) || !edge.Patterns.Remove(unfollow.Pattern))
            return;

        _patterns.Remove(unfollow.Pattern, edge);
        if (edge.Patterns.Count == 0)
            Forget(unfollow.Edge);
    }

    private void OnReadPage(DirectoryCommand.ReadPage read)
    {
        var found = _names.Page(read.Pattern, read.From, PageMax, LooksMax, out var next);
        read.Edge.Tell(new DirectoryReply.Page(_life, read.Tag, [.. found.Select(StandingOf)], next));
    }

    private void OnCheck(DirectoryCommand.Check check)
    {
        var edge = _edges.GetValueOrDefault(check.Edge);
        if (edge is not null && edge.Patterns.Count != check.Patterns)
        {
            Forget(check.Edge);
            edge = null;
        }

        if (check.Life != _life || edge is null)
        {
            check.Edge.Tell(new DirectoryReply.Unknown(_life, check.Life));
            return;
        }

        if (check.Position >= edge.ToldTo)
            return;

        var changed = _log.Since(check.Position, LooksMax, out var upTo);
        edge.ToldTo = Math.Max(edge.ToldTo, upTo);
        check.Edge.Tell(new DirectoryReply.Changes(_life, upTo, [.. changed.Where(entry => IsFollowed(entry, edge)).Select(StandingOf)], upTo == _log.Position));
    }

    private void OnWatch(DirectoryCommand.Watch watch)
    {
        _found.Clear();
        _patterns.Find(watch.Channel.Channel, _found);
        EdgeFollower[] edges = [.. _found.Distinct()];
        foreach (var edge in edges)
            edge.Edge.Tell(new DirectoryReply.Watched(_life, watch.Channel, watch.Events));

        channels.Tell(new ChannelCommand.FollowedByPatterns(watch.Channel.Channel, [.. watch.Events.Select(watched => watched.To)], [.. edges.Select(edge => (IActorRef)edge.Edge)]));
    }

    private bool IsFollowed(ChannelEntry entry, EdgeFollower edge)
    {
        _found.Clear();
        _patterns.Find(ChannelName.Parse(entry.Name), _found);
        return _found.Contains(edge);
    }

    private ChannelStanding StandingOf(ChannelEntry entry)
    {
        entry.Epoch ??= ChannelActor.EpochOf(_lifeOfStore, entry.Name);
        return new ChannelStanding(ChannelName.Parse(entry.Name), entry.IsDurable, entry.Epoch, entry.Head, entry.IsAwake);
    }
}
