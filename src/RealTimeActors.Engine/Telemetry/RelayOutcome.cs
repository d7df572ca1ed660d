namespace RealTimeActors.Engine.Telemetry;

/// <summary>What became of a request that one node passed on to another.</summary>
internal enum RelayOutcome
{
    /// <summary>It was answered to the end.</summary>
    Answered,

    /// <summary>Its answer broke off.</summary>
    Broken,

    /// <summary>Its client went, or its node did.</summary>
    GivenUp,

    /// <summary>The connection is not where its key says.</summary>
    NotHere,

    /// <summary>Too much was on its way.</summary>
    Busy,

    /// <summary>The other node could not be reached; nothing was taken.</summary>
    OutOfReach,

    /// <summary>The other node became silent; it may have been taken.</summary>
    Unknown,
}
