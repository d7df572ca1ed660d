namespace RealTimeActors.Simulation.Model;

/// <summary>What a client still has when it connects.</summary>
internal enum Kept
{
    /// <summary>It never went down: session and tracker.</summary>
    Everything,

    /// <summary>It was restarted and had saved its session's id and key, nothing else.</summary>
    SessionOnly,

    /// <summary>It is a stranger, and begins at the head.</summary>
    Nothing,
}
