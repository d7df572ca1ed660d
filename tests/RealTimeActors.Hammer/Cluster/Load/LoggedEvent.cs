namespace RealTimeActors.Hammer.Cluster.Load;

/// <summary>An event of the log, or one that was delivered, as far as it is judged.</summary>
internal readonly record struct LoggedEvent(long Offset, string Publisher, int Number, string Hash);
