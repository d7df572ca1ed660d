namespace RealTimeActors.Engine.Telemetry;

/// <summary>What became of an event that a channel took.</summary>
internal enum PublishOutcome
{
    /// <summary>It is on disk.</summary>
    Persisted,

    /// <summary>Its channel is ephemeral: it is in memory.</summary>
    Accepted,

    /// <summary>It was there already.</summary>
    Duplicate,

    /// <summary>It could not be written.</summary>
    Lost,

    /// <summary>It could not be learnt whether it was written.</summary>
    Unknown,
}
