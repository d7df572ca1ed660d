namespace RealTimeActors.Engine.Sessions;

/// <summary>What became of <see cref="SessionCommand.Terminate"/>.</summary>
/// <param name="SessionId">Which session.</param>
/// <param name="Existed">Whether there was one.</param>
/// <param name="Failure">Why it could not be taken off the disk; null: it is gone.</param>
internal sealed record SessionTerminated(string SessionId, bool Existed, string? Failure);
