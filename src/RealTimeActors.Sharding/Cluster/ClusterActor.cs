using RealTimeActors.Actors;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding.Links;

namespace RealTimeActors.Sharding.Cluster;

/// <summary>
/// The node's place in the cluster: it announces the node, gives signs of life, takes the shards that should be here, and tells the regions where all of them are.
/// </summary>
/// <remarks>What holds stands in the database: who is a member, and whose fence commits. What nodes tell each other directly is only faster. Files: signs of life (here), the other nodes (<c>Peers</c>),
/// who is not let in (<c>Apart</c>), edges without a core (<c>Cores</c>), leases (<c>Shards</c>), hand-off (<c>Moves</c>), the end (<c>Leaving</c>), operators (<c>Requests</c>), what is counted (<c>Figures</c>).</remarks>
public sealed partial class ClusterActor : Actor<object>
{
    private static readonly object _tick = new();
    private static readonly object _announce = new();
    private static readonly object _moveDue = new();
    private static readonly object _figuresDue = new();
    private static readonly object _silentDue = new();
    private static readonly object _look = new();

    /// <summary>What is less than that by any clock is no time.</summary>
    private static readonly TimeSpan _clockStep = TimeSpan.FromMilliseconds(2);

    private readonly ClusterOptions _options;
    private MembershipView _view = new(0, []);
    private NodeIncarnation? _me;
    private bool _isDead;
    private bool _isLeaving;

    /// <summary>A node that is no member yet.</summary>
    public ClusterActor(ClusterOptions options)
    {
        _options = options;
        _owners = new Owner?[options.Shards];
    }

    private NodeIncarnation Me => _me!.Value;

    /// <inheritdoc/>
    protected override void OnStart()
    {
        if (!_options.JoinsWhenTold)
            Announce();
    }

    /// <inheritdoc/>
    protected override void Receive(object message)
    {
        if (_isDead)
            return;

        switch (message)
        {
            case MembershipReply reply:
                OnMembers(reply);
                break;
            case LeaseReply reply:
                OnLeases(reply);
                break;
            case LinkReport report:
                OnLink(report);
                break;
            case ClusterTalk talk when _me is not null:
                OnTalk(talk);
                break;
            case ShardMoved moved:
                OnMoved(moved);
                break;
            case ClusterQuestion question:
                OnQuestion(question);
                break;
            case ClusterRequest request:
                OnRequest(request);
                break;
            case ClusterOrder order:
                OnOrder(order);
                break;
            case JoinCluster when _options.JoinsWhenTold && _me is null:
                Announce();
                break;
            default:
                OnTimer(message);
                break;
        }
    }

    private void OnTimer(object message)
    {
        if (ReferenceEquals(message, _tick))
            OnTick();
        else if (ReferenceEquals(message, _announce))
            Announce();
        else if (ReferenceEquals(message, _moveDue))
            OnMoveDue();
        else if (ReferenceEquals(message, _figuresDue))
            OnFiguresDue();
        else if (ReferenceEquals(message, _silentDue))
            DeclareSilent();
        else if (ReferenceEquals(message, _look))
            OnLook();
    }

    /// <summary>For one lease, whoever it is: the table does not say yet that an edge only starts. Its first sign of life does, as soon as this is answered.</summary>
    private void Announce() => _options.Members.Announce(_options.Announcement, _options.Lease, null, Self);

    private void OnMembers(MembershipReply reply)
    {
        switch (reply)
        {
            case MembershipReply.Announced announced:
                (_me, _beatenAt) = (announced.Self, Context.Time.GetTimestamp());
                _options.Others.Self = announced.Self.Number;
                AwaitFormer();
                Context.StartPeriodicTimer(_tick, _options.Lease / 6, _tick);
                BeginWithoutCore();
                BeginAmongOthers(announced.View);
                OnView(announced.View);
                OnTick();
                break;
            case MembershipReply.NameTaken taken:
                OnNameTaken(taken);
                break;
            case MembershipReply.Failed when _me is null:
                Context.StartTimer(_announce, _options.Lease / 10, _announce);
                break;
            case MembershipReply.Seen seen:
                OnView(seen.View);
                if (seen.Tag is Beaten beaten)
                {
                    _beatenAt = Math.Max(_beatenAt, beaten.At);
                    OnSignsOfLife(seen.View, beaten.At);
                }
                else if (seen.Tag is Left left)
                {
                    OnLeft(left);
                }

                break;
            case MembershipReply.StillAlive alive when !_isLeaving:
                Context.StartTimer(_silentDue, alive.Remaining + _clockStep, _silentDue);
                break;
            case MembershipReply.NoMember when !_isLeaving:
                Die("it was declared dead, or another node began under its name");
                break;
        }
    }

    private void OnLook()
    {
        Beat();
        GoIfAlone();
    }

    private void OnTick()
    {
        LookWhetherLetIn();
        LookForCore();
        Beat();
        Renew();
        List();
        DeclareSilent();
        MoveOne();
        _options.Looked(OtherEdges());
    }

    private void Beat() => _options.Members.Beat(Me, LoadToTell(), SilentAfter, new Beaten(Context.Time.GetTimestamp()), Self);

    /// <summary>
    /// How long the next sign of life counts. Who starts is slow: its methods are compiled, its connections made, beside others that do the same. An edge has nothing then that anybody misses, and is waited for longer;
    /// a core is given shards at once.
    /// </summary>
    private TimeSpan SilentAfter => IsStartingEdge ? _options.Lease * ClusterOptions.StartingLeases : _options.Lease;

    private bool IsStartingEdge => _outside is not null && !IsCoreHere;

    private double LoadToTell() =>
        _isApart ? ClusterOptions.ApartLoad
        : _isDraining ? ClusterOptions.DrainingLoad
        : IsStartingEdge ? ClusterOptions.StartingLoad
        : _withoutCore is not null ? ClusterOptions.WithoutCoreLoad
        : _options.Load();

    /// <summary>Who is not a member may not act as one: it lets go of everything, at once.</summary>
    private void Die(string why)
    {
        if (_options.Bug == PlantedShardBug.DeathIgnored)
            return;

        _isDead = true;
        Context.CancelTimer(_tick);
        Context.CancelTimer(_look);
        for (var shard = 0; shard < _options.Shards; shard++)
            TellRegions(shard, new ShardMessage.Elsewhere(null));

        foreach (var link in _links.Values)
            Context.System.Stop(link.Actor);

        _options.Died(why);
    }

    private void TellRegions(int shard, ShardMessage message)
    {
        foreach (var region in _options.Regions)
            region.Tell(shard, message);
    }

    /// <param name="At">When a sign of life was given, by this node's monotonic clock: the view that answers it is newer.</param>
    private sealed record Beaten(long At);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
