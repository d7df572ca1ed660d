namespace RealTimeActors.TestKit.Network;

/// <summary>How often the interesting things happened, so that a simulation can show that they do.</summary>
public sealed class NetworkCounts
{
    /// <summary>Connections that came about.</summary>
    public long Opened { get; internal set; }

    /// <summary>Connections that were cut.</summary>
    public long Cut { get; internal set; }

    /// <summary>Cuts in the middle of a frame, in either direction.</summary>
    public long CutInsideFrame { get; internal set; }

    /// <summary>Cuts that one end did not notice.</summary>
    public long HalfOpen { get; internal set; }

    /// <summary>Sends of the server that were not taken whole.</summary>
    public long PartialSends { get; internal set; }

    /// <summary>Attempts to connect that failed.</summary>
    public long ConnectFailures { get; internal set; }
}
