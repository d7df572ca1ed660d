namespace RealTimeActors.Protocol.Frames;

/// <summary>Which presence frames a subscription brings.</summary>
public enum PresenceInterest : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>How many are there.</summary>
    Count,

    /// <summary>How many are there, and who came, left or changed.</summary>
    Members,
}
