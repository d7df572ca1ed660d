namespace RealTimeActors.Engine.Sessions;

/// <summary>Where an event stands that a client could not process. Journaled by number.</summary>
internal enum NackPhase : byte
{
    /// <summary>It will be delivered again when its pause is over.</summary>
    Waiting = 1,

    /// <summary>It was delivered again, and the client has not said what became of it.</summary>
    WithClient = 2,

    /// <summary>The session gives up on it: as soon as it is with the dead letters it counts as acked.</summary>
    GivenUp = 3,
}
