namespace RealTimeActors.Actors.Cells;

internal enum CellState : byte
{
    /// <summary>No instance yet.</summary>
    New,

    /// <summary>Handles messages.</summary>
    Running,

    /// <summary>Its fault was escalated; waits for the parent's judgement.</summary>
    Escalated,

    /// <summary>The old instance is gone; waits for its children to end and for the pause to be over.</summary>
    Restarting,

    /// <summary>Waits for its children to end.</summary>
    Stopping,

    /// <summary>Gone. The cell stays behind as an address.</summary>
    Ended,
}
