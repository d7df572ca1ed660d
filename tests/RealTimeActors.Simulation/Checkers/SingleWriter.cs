using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Sharding;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>3: per shard and fence epoch at most one process commits, and once a takeover has committed nothing older does. Seen at the database, which knows nothing of engines.</summary>
internal sealed class SingleWriter : Checker
{
    private readonly SortedDictionary<int, (Fence Fence, NodeIncarnation Owner)> _newest = [];
    private readonly Dictionary<Fence, string> _writers = [];

    public void OnTook(Fence fence, NodeIncarnation owner)
    {
        if (_newest.TryGetValue(fence.Shard, out var former))
        {
            Require(fence.Epoch > former.Fence.Epoch, $"{owner} took {fence} after {former.Owner} had taken {former.Fence}: the epoch of a shard grows with every owner.");
            Seen.Sometimes.Count(former.Owner.Node == owner.Node ? "cluster: a shard is taken again" : "cluster: a shard is taken over");
        }

        _newest[fence.Shard] = (fence, owner);
        Seen.Note($"{owner} has {fence}");
    }

    public void OnCommits(Fence fence, string process, StreamId stream)
    {
        var (newest, owner) = _newest.GetValueOrDefault(fence.Shard);
        Require(newest == fence, $"{process} wrote to {stream} under {fence}; {owner} had taken {newest} before.");
        Require(process.StartsWith(owner.Node + "/", StringComparison.Ordinal), $"{process} wrote to {stream} under {fence}, which is that of {owner}.");
        if (!_writers.TryAdd(fence, process))
            Require(_writers[fence] == process, $"{process} wrote to {stream} under {fence}, under which {_writers[fence]} writes.");

        var shard = ShardOf(stream.Value);
        Require(shard is null || shard == fence.Shard, $"{process} wrote to {stream} of shard {shard} under {fence}.");
    }

    /// <summary>Fences go back with everything else; what was drawn with them does not come again.</summary>
    public override void OnRestored()
    {
        _newest.Clear();
        _writers.Clear();
    }

    /// <summary>By the hash that is written down; null: its name does not say it.</summary>
    private int? ShardOf(string stream) =>
        stream.StartsWith("channel/", StringComparison.Ordinal) ? ShardMap.ShardOf(stream["channel/".Length..], Seen.Plan.Engine.Shards)
        : stream.StartsWith("session/", StringComparison.Ordinal) ? ShardMap.ShardOf(stream["session/".Length..], Seen.Plan.Engine.Shards)
        : null;
}
