namespace RealTimeActors.Server.CommandLine;

/// <summary>The server cannot run here, and the operator can do something about it. The message is one line that says what.</summary>
internal sealed class UnusableException(string message, Exception? inner = null) : Exception(message, inner);
