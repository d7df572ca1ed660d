namespace RealTimeActors.Edge.Authentication.Jwks;

/// <summary>The key set could not be fetched.</summary>
internal sealed class JwksException(string message, Exception? inner = null) : Exception(message, inner);
