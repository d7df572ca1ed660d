using RealTimeActors.Actors;
using RealTimeActors.Persistence.Leases.Memory;

namespace RealTimeActors.TestKit.Cluster;

/// <summary>
/// The database that the nodes of a simulated cluster share: leases, fences and the table of nodes. It has a clock of its own, and each node its own way to it
/// (<see cref="SimulatedAccess"/>), which can be slow, lose answers or be cut.
/// </summary>
/// <remarks>One thread, like everything of a simulation. Transactions are carried out one after the other, at a moment drawn between the call and its answer.</remarks>
public sealed class SimulatedDatabase
{
    private readonly IEntropy _entropy;
    private readonly IEntropy _nonces;
    private readonly TimeProvider _time;

    /// <param name="entropy">Latencies, lost answers and nonces come from forks of it.</param>
    /// <param name="time">Virtual time: the database's clock and everybody's timers.</param>
    public SimulatedDatabase(IEntropy entropy, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        _entropy = entropy;
        _nonces = entropy.Fork("nonces");
        _time = time;
    }

    /// <summary>How far the database's clock is from the time of the simulation: a step of it moves the end of leases, and of nothing else.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Whether the database answers nobody, until this is false again: calls fail, undone.</summary>
    public bool IsDown { get; set; }

    internal MemoryCluster Cluster { get; } = new();

    internal DateTimeOffset Now => _time.GetUtcNow() + ClockOffset;

    /// <summary>The way of one node to the database.</summary>
    /// <param name="node">For its draws: the same name draws the same.</param>
    public SimulatedAccess Open(string node) => new(this, _entropy.Fork("access").Fork(node), _time);

    internal long NewNonce()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        _nonces.Fill(bytes);
        return BitConverter.ToInt64(bytes);
    }
}
