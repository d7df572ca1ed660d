namespace RealTimeActors.Streams;

/// <summary>Which events stand for one another, so that only the newest of those that wait is of use.</summary>
public enum Conflation
{
    /// <summary>None: every event leaves.</summary>
    None,

    /// <summary>Those with the same key. An event without a key stands for itself.</summary>
    Key,

    /// <summary>All events of the channel.</summary>
    Channel,
}
