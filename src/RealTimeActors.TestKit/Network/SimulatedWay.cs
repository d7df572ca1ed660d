namespace RealTimeActors.TestKit.Network;

/// <summary>What a simulated connection goes over.</summary>
public enum SimulatedWay
{
    /// <summary>A WebSocket.</summary>
    WebSocket,

    /// <summary>Requests up, a stream of events down.</summary>
    ServerSentEvents,

    /// <summary>Requests up, one poll after the other down.</summary>
    LongPolling,
}
