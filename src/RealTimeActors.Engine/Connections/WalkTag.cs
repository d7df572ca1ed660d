namespace RealTimeActors.Engine.Connections;

/// <summary>A page of a pattern's channels on its way.</summary>
/// <param name="Following">For whom.</param>
/// <param name="Walk">Which of its walks asked; the answer to an earlier one is not looked at.</param>
internal sealed record WalkTag(Following Following, int Walk);
