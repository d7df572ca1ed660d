namespace RealTimeActors.Simulation.Model;

/// <summary>The three ways in which an offset is accounted for.</summary>
internal enum Account
{
    /// <summary>It was applied.</summary>
    Event,

    /// <summary>Left out because the client asked for it, or has it already.</summary>
    Skip,

    /// <summary>Lost to this subscription, and the client was told.</summary>
    Gap,
}
