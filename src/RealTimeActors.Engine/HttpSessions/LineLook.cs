namespace RealTimeActors.Engine.HttpSessions;

/// <summary>What time alone has brought about on a line.</summary>
/// <param name="Stuck">A request to be aborted: the connection was closed, and its client does not take what there was; null: none.</param>
/// <param name="IsAbandoned">Nobody has fetched for too long.</param>
/// <param name="IsOver">It has ended, and its client has had the time to learn why: nothing of it is needed any more.</param>
public readonly record struct LineLook(DownReader? Stuck, bool IsAbandoned, bool IsOver);
