namespace RealTimeActors.Engine.Integrity;

/// <summary>The first place at which a channel's stored log is not what was written.</summary>
/// <param name="Channel">Whose log.</param>
/// <param name="Offset">The first event that is not as it was, or is not there.</param>
/// <param name="What">What was expected there and what was found.</param>
public sealed record LogFault(string Channel, long Offset, string What);
