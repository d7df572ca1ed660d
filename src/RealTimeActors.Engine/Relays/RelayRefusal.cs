namespace RealTimeActors.Engine.Relays;

/// <summary>Why another node has not answered a request.</summary>
public enum RelayRefusal
{
    /// <summary>The connection is not there, or not any more. Nothing was taken.</summary>
    NotHere,

    /// <summary>Too much is under way between the nodes. Nothing was taken.</summary>
    Busy,

    /// <summary>The node cannot be reached just now. Nothing was taken.</summary>
    OutOfReach,

    /// <summary>The node has become silent: what it was sent may have been taken.</summary>
    Unknown,
}
