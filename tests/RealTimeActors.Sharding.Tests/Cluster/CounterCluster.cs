using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Dispatch;

namespace RealTimeActors.Sharding.Tests.Cluster;

/// <summary>A cluster of nodes that count, and who checks that nothing is counted twice or forgotten.</summary>
internal sealed class CounterCluster
{
    internal const int Shards = 16;

    private readonly SortedDictionary<string, CounterNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<object, Asked> _asked = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<(string Counter, long Value), object> _added = [];
    private int _askers;

    internal CounterCluster(ulong seed, int cores = 3, int edges = 1)
    {
        World = new SimulatedWorld(seed);
        Network = new NodeNetwork(World.Time, World.Entropy.Fork("network"));
        Database = new SimulatedDatabase(World.Entropy.Fork("database"), World.Time);
        for (var i = 1; i <= cores; i++)
            Start($"core-{i}");

        for (var i = 1; i <= edges; i++)
            Start($"edge-{i}");
    }

    internal SimulatedWorld World { get; }

    internal NodeNetwork Network { get; }

    internal SimulatedDatabase Database { get; }

    internal int Acknowledged => _added.Count;

    internal int Unknown => Reasons.Values.Sum();

    /// <summary>Why something is not known, and how often.</summary>
    internal SortedDictionary<string, int> Reasons { get; } = new(StringComparer.Ordinal);

    internal List<string> Wrong { get; } = [];

    internal IReadOnlyList<TimeSpan> Latencies => _latencies;

    private readonly List<TimeSpan> _latencies = [];

    internal IEnumerable<CounterNode> Nodes => _nodes.Values;

    internal CounterNode this[string name] => _nodes[name];

    internal int NextAsker() => ++_askers;

    internal void Start(string name) => _nodes[name] = new CounterNode(this, name, name.StartsWith("core", StringComparison.Ordinal));

    internal void Advance(double seconds) => World.Advance(TimeSpan.FromSeconds(seconds));

    internal void Add(string node, string counter)
    {
        var tag = new object();
        _asked.Add(tag, new Asked(node, counter, World.Time.Elapsed));
        _nodes[node].Add(counter, tag);
    }

    /// <summary>What was asked and not answered, one way or the other, for so long.</summary>
    internal int OpenFor(double seconds) => _asked.Values.Count(asked => World.Time.Elapsed - asked.At > TimeSpan.FromSeconds(seconds));

    /// <summary>What is not answered, for the message of a test.</summary>
    internal string Open() => string.Join("; ", _asked.Values.Select(asked => $"{asked} (now {World.Time.Elapsed})"));

    /// <summary>The shards by owner, as a node sees them.</summary>
    internal IReadOnlyList<string?> OwnersAsSeenBy(string node) => [.. (_nodes[node].Standing() ?? throw new InvalidOperationException($"{node} does not say how it stands: {_nodes[node].WhyDied} {string.Join(' ', Wrong)}")).Shards.Select(shard => shard?.Node)];

    internal void OnAdded(object tag, long value)
    {
        if (!_asked.Remove(tag, out var asked))
            Wrong.Add($"{value} was answered twice");
        else if (!_added.TryAdd((asked.Counter, value), tag))
            Wrong.Add($"{asked.Counter} was {value} twice");
        else
            _latencies.Add(World.Time.Elapsed - asked.At);
    }

    internal void OnUnknown(object tag, string reason)
    {
        if (!_asked.Remove(tag))
            Wrong.Add($"something was answered, and then {reason}");
        else
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
    }

    /// <summary>What was not known, for the message of a test.</summary>
    internal string Told() => $"{Acknowledged} acknowledged; {string.Join("; ", Reasons.Select(pair => $"{pair.Value} x {pair.Key}"))}";

    /// <summary>Each counter's acknowledged values are below what it counts next.</summary>
    internal long HighestOf(string counter) => _added.Keys.Where(key => key.Counter == counter).Select(key => key.Value).DefaultIfEmpty().Max();

    /// <summary>Clients of a node that crashed wait for nothing.</summary>
    internal void Forget(string node)
    {
        foreach (var (tag, _) in _asked.Where(pair => pair.Value.Node == node).ToArray())
            _asked.Remove(tag);
    }

    private sealed record Asked(string Node, string Counter, TimeSpan At);
}
