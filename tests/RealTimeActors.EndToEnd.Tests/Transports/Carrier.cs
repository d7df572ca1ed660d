namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>What a session goes over.</summary>
public enum Carrier
{
    WebSocket,
    Stream,
    Poll,
}
