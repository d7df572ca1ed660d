namespace RealTimeActors.Simulation.Checkers;

/// <summary>Which checkers look at a connection: it follows from whose it is.</summary>
internal enum Looks
{
    /// <summary>Those that know events: of most clients.</summary>
    Events,

    /// <summary>Those that know shared state.</summary>
    State,

    /// <summary>Those that know who is there.</summary>
    Presence,

    /// <summary>Those that know of events that come again.</summary>
    Nacks,

    /// <summary>Its client judges what comes; its rights are looked at from outside.</summary>
    Rights,

    /// <summary>Its client judges what comes.</summary>
    Patterns,
}
