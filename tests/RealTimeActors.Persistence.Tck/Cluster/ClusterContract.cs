using RealTimeActors.Actors;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.Tck.Contract;

namespace RealTimeActors.Persistence.Tck.Cluster;

/// <summary>What every store of leases and nodes promises. A store passes by deriving from this and saying how it is made.</summary>
public abstract partial class ClusterContract : IAsyncLifetime
{
    private protected static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
    private protected static readonly TimeSpan AfterIt = TimeSpan.FromSeconds(31);
    private readonly Dictionary<string, (ILeaseStore Leases, IMembershipStore Members)> _nodes = [];

    private protected IClusterMedium Medium { get; private set; } = null!;

    protected abstract IClusterMedium CreateMedium();

    public Task InitializeAsync()
    {
        Medium = CreateMedium();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Medium.DisposeAsync();

    private protected async Task<NodeIncarnation> JoinAsync(string node) => (await AnnounceAsync<MembershipReply.Announced>(node)).Self;

    private protected Task<T> AnnounceAsync<T>(string node)
        where T : MembershipReply =>
        AskAsync<MembershipReply, T>(replyTo => Node(node).Members.Announce(new NodeAnnouncement(node, $"{node}:7400", ["edge", "core"]), Length, null, replyTo));

    private protected Task<T> BeatAsync<T>(NodeIncarnation who)
        where T : MembershipReply =>
        AskAsync<MembershipReply, T>(replyTo => Node(who.Node).Members.Beat(who, 0.5, Length, null, replyTo));

    private protected Task<T> DeclareDeadAsync<T>(NodeIncarnation whom, NodeIncarnation by, bool isCertain)
        where T : MembershipReply =>
        AskAsync<MembershipReply, T>(replyTo => Node(by.Node).Members.DeclareDead(whom, by, isCertain, null, replyTo));

    private protected Task<MembershipReply.Seen> LookAsync(string node) => AskAsync<MembershipReply, MembershipReply.Seen>(replyTo => Node(node).Members.Look(null, replyTo));

    private protected Task<T> TakeAsync<T>(int shard, NodeIncarnation who)
        where T : LeaseReply =>
        AskAsync<LeaseReply, T>(replyTo => Node(who.Node).Leases.Take(shard, who, Length, null, replyTo));

    private protected async Task<Fence> OwnAsync(int shard, NodeIncarnation who) => (await TakeAsync<LeaseReply.Taken>(shard, who)).Fence;

    private protected Task<T> RenewAsync<T>(NodeIncarnation who, params Fence[] fences)
        where T : LeaseReply =>
        AskAsync<LeaseReply, T>(replyTo => Node(who.Node).Leases.Renew(fences, who, Length, null, replyTo));

    private protected Task ReleaseAsync(Fence fence, NodeIncarnation who) => AskAsync<LeaseReply, LeaseReply.Released>(replyTo => Node(who.Node).Leases.Release(fence, who, null, replyTo));

    private protected async Task<T> AskAsync<TReply, T>(Action<IActorRef<TReply>> call)
        where TReply : class
        where T : TReply
    {
        var asked = new Asked<TReply>();
        call(asked);
        Medium.Pump();
        return Assert.IsType<T>(await asked.Answer);
    }

    private protected (ILeaseStore Leases, IMembershipStore Members) Node(string node)
    {
        if (!_nodes.TryGetValue(node, out var doors))
            _nodes.Add(node, doors = Medium.Open(node));

        return doors;
    }

    [ContractFact]
    public async Task Carries_the_tag_back()
    {
        var n1 = await JoinAsync("n1");
        var tag = new object();

        var seen = await AskAsync<MembershipReply, MembershipReply.Seen>(replyTo => Node("n1").Members.Look(tag, replyTo));
        var taken = await AskAsync<LeaseReply, LeaseReply.Taken>(replyTo => Node("n1").Leases.Take(1, n1, Length, tag, replyTo));

        Assert.Same(tag, seen.Tag);
        Assert.Same(tag, taken.Tag);
    }
}
