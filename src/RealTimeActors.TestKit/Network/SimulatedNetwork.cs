using RealTimeActors.Engine.Connections;
using RealTimeActors.Protocol;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.TestKit.Network;

/// <summary>
/// The wire between simulated clients and a simulated node: real bytes, late, in pieces, lost at any of them when a connection breaks. Within one
/// connection nothing is lost, repeated or reordered, as with TCP.
/// </summary>
/// <remarks>One thread; everything happens by timers of the given time.</remarks>
public sealed class SimulatedNetwork
{
    private readonly List<SimulatedLink> _links = [];
    private readonly SeededEntropy _entropy;
    private readonly Xoshiro256 _connects;
    private int _lastLink;

    /// <summary>A network that nobody listens to yet.</summary>
    public SimulatedNetwork(TimeProvider time, SeededEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(entropy);
        Time = time;
        _entropy = entropy;
        _connects = entropy.Fork("connect").Numbers;
    }

    /// <summary>What goes wrong.</summary>
    public NetworkFaults Faults { get; } = new();

    /// <summary>How often it did.</summary>
    public NetworkCounts Counts { get; } = new();

    /// <summary>Sees everything that passes; null: nobody looks.</summary>
    public IWireTap? Tap { get; set; }

    /// <summary>The connections that live, oldest first.</summary>
    public IReadOnlyList<SimulatedLink> Links => _links;

    internal TimeProvider Time { get; }

    private Func<ITransport, IConnection>? Accept { get; set; }

    /// <summary>The node is up and takes connections.</summary>
    public void Listen(Func<ITransport, IConnection> accept) => Accept = accept;

    /// <summary>The node is gone from one moment to the next: what it had handed over may still arrive in part; what was on its way to it is lost.</summary>
    public void NodeDown()
    {
        Accept = null;
        foreach (var link in _links.ToArray())
            link.ServerVanished();
    }

    /// <summary>Begins to connect; the peer is told what came of it.</summary>
    public SimulatedLink Connect(ISimulatedPeer peer, WireFormat format, string label)
    {
        var number = ++_lastLink;
        var link = new SimulatedLink(this, peer, format, number, label, _entropy.Fork($"link/{label}/{number}"));
        var fails = _connects.Fraction() < Faults.ConnectFailureChance;
        link.After(link.Latency(), () =>
        {
            // Given up before it came about.
            if (link.IsEnded)
                return;

            if (Accept is null || fails)
            {
                Counts.ConnectFailures++;
                link.EndClient(null);
                return;
            }

            Counts.Opened++;
            _links.Add(link);
            link.Establish(Accept);
        });
        return link;
    }

    internal void Remove(SimulatedLink link)
    {
        _links.Remove(link);
        link.Dispose();
    }
}
