namespace RealTimeActors.EndToEnd.Tests.Page;

/// <summary>What the page says a resume brought back.</summary>
public sealed record Replay(string Line, long Events, long Holes, long Repeats, long Lost);
