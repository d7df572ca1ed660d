namespace RealTimeActors.Hammer.Cluster.Wires;

/// <summary>Where a node runs and is reached.</summary>
internal interface INodePlace
{
    /// <summary>What its process is started by, before its own command; empty: nothing.</summary>
    IReadOnlyList<string> Launcher { get; }

    /// <summary>The address on which it listens for clients, and for other nodes.</summary>
    string Host { get; }

    /// <summary>The port for clients.</summary>
    int HttpPort { get; }

    /// <summary>The port for other nodes.</summary>
    int NodePort { get; }

    /// <summary>By which host and port other nodes reach it.</summary>
    string Advertised { get; }

    /// <summary>The host of the database, as it is seen from there.</summary>
    string DatabaseHost { get; }

    /// <summary>And the port.</summary>
    int DatabasePort { get; }

    /// <summary>Its process is about to be started.</summary>
    void OnStarting();

    /// <summary>Its process has ended: nobody listens any more.</summary>
    void OnEnded();
}
