namespace RealTimeActors.Simulation.Model;

/// <summary>One connection: what is on the wire both ways, and which offsets were told on it.</summary>
internal sealed class ConnectionModel(int epoch, long start)
{
    /// <summary>The epoch that was announced on it.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>Offsets after this are told on it, each once.</summary>
    public long Start { get; } = start;

    public SortedSet<long> ToldOffsets { get; } = [];

    /// <summary>Nacked offsets that are to be told again.</summary>
    public Queue<long> Retries { get; } = new();

    public Queue<Told> ToClient { get; } = new();

    /// <summary>Acks, nacks and seeks.</summary>
    public Queue<object> ToServer { get; private init; } = new();

    /// <summary>This subscription on the wire of the one that it replaces: what that one had said goes first.</summary>
    public ConnectionModel OnWireOf(ConnectionModel former)
    {
        var next = new ConnectionModel(Epoch, Start) { ToServer = former.ToServer };
        foreach (var told in former.ToClient.Concat(ToClient))
            next.ToClient.Enqueue(told);

        return next;
    }
}
