namespace RealTimeActors.Actors;

/// <summary>A message that nobody took, with the reason. Nothing vanishes.</summary>
public sealed record DeadLetter(object Message, ActorPath Recipient, DeadLetterReason Reason);
