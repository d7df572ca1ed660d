namespace RealTimeActors.Edge.EventStreams;

/// <summary>A page of a log could not be read just now. Whoever reads a stream is sent away and comes back.</summary>
internal sealed class LogUnreadableException(string message) : Exception(message);
