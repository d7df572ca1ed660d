namespace RealTimeActors.Sharding.Tcp;

/// <summary>A node cannot listen for others. Says what was expected, what came, and what to do.</summary>
public sealed class TcpNodesException(string message, Exception? cause = null) : Exception(message, cause);
