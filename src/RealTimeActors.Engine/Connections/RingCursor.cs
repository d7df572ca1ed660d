namespace RealTimeActors.Engine.Connections;

/// <summary>A place in a <see cref="LaneRing"/>: the event <paramref name="Index"/> of run number <paramref name="Run"/> is next.</summary>
internal readonly record struct RingCursor(long Run, int Index)
{
    /// <summary>For what came out of the log.</summary>
    internal static RingCursor InNoRing => new(-1, 0);
}
