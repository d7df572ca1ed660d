namespace RealTimeActors.Protocol.Frames;

/// <summary>What a subscription has from before.</summary>
public enum Recovered : byte
{
    /// <summary>A fresh start.</summary>
    None,

    /// <summary>Everything since the position follows.</summary>
    Full,

    /// <summary>Everything but the named gap follows.</summary>
    Gap,

    /// <summary>The position was of another life of the log: forget what you have, the replay begins at the earliest.</summary>
    Reset,
}
