namespace RealTimeActors.Sharding;

/// <summary>Takes what could not be handed to anybody, or what nobody will answer, so that whoever asked is told.</summary>
/// <param name="message">What was told.</param>
/// <param name="reason">Why.</param>
/// <param name="mayBeDone">Whether it left, so that nobody knows whether it was done; false: certainly nobody took it.</param>
public delegate void Undelivered(object message, string reason, bool mayBeDone);
