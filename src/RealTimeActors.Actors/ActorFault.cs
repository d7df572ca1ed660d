namespace RealTimeActors.Actors;

/// <summary>An exception that an actor did not catch, and what was decided about it.</summary>
/// <param name="Path">The actor that failed.</param>
/// <param name="Exception">What it threw.</param>
/// <param name="Directive">What happens to the actor. <see cref="Directive.Stop"/> also when it was restarted too often.</param>
public sealed record ActorFault(ActorPath Path, Exception Exception, Directive Directive);
