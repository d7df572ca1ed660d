using System.Collections.Concurrent;

namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>The lines of the cluster, each direction by itself: from node to node, and between a node and the database.</summary>
internal sealed class Gates
{
    private readonly ConcurrentDictionary<(string From, string To), Gate> _gates = new();

    internal Gate Between(string from, string to) => _gates.GetOrAdd((from, to), static _ => new Gate());

    internal void Shut(string from, string to) => Between(from, to).Shut();

    internal void OpenAll()
    {
        foreach (var gate in _gates.Values)
            gate.Open();
    }
}
