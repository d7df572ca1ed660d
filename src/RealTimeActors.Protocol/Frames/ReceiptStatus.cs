namespace RealTimeActors.Protocol.Frames;

/// <summary>What a receipt promises.</summary>
public enum ReceiptStatus : byte
{
    /// <summary>Taken; may be lost.</summary>
    Accepted,

    /// <summary>On disk, at this position.</summary>
    Persisted,

    /// <summary>On disk, and acked by as many sessions as asked for.</summary>
    Delivered,

    /// <summary>It could not be learnt: retry with the same producer sequence.</summary>
    Unknown,
}
