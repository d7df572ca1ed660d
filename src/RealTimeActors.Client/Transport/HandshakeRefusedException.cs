namespace RealTimeActors.Client.Transport;

/// <summary>A server answered a handshake, and not by changing over to WebSocket. The message is its own words where it gave some.</summary>
internal sealed class HandshakeRefusedException(string message) : Exception(message);
