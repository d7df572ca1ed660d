namespace RealTimeActors.Hammer.Links;

/// <summary>Whether something was done is not known.</summary>
internal sealed class LinkException(string message, Exception? inner = null) : Exception(message, inner);
