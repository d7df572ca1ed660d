namespace RealTimeActors.Protocol.Frames;

/// <summary>How the lists of a presence frame are to be read.</summary>
public enum PresenceKind : byte
{
    /// <summary>What changed since the frame before.</summary>
    Changed,

    /// <summary>Everybody who is there: it replaces what was known.</summary>
    Full,

    /// <summary>The number alone; what was known of the members is out of date.</summary>
    Count,

    /// <summary>No more frames come, and one is no member.</summary>
    Ended,
}
