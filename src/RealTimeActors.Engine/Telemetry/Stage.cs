namespace RealTimeActors.Engine.Telemetry;

/// <summary>What happens to an event one after the other. Each is measured once per run: the event of the run that waited longest.</summary>
internal enum Stage
{
    /// <summary>From the arrival of the publish to the end of the channel's run that decided on it.</summary>
    Decide,

    /// <summary>From there until the channel knows that it is on disk.</summary>
    Persist,

    /// <summary>From there until it is in the rings of an edge.</summary>
    FanOut,

    /// <summary>From there until the last connection of the edge was written to.</summary>
    Write,
}
