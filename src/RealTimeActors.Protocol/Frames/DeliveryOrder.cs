namespace RealTimeActors.Protocol.Frames;

/// <summary>Whether a higher priority may overtake.</summary>
public enum DeliveryOrder : byte
{
    /// <summary>Strict within a priority; a higher one may overtake.</summary>
    Lanes,

    /// <summary>Strictly by offset.</summary>
    Offset,
}
