namespace RealTimeActors.Protocol.Frames;

/// <summary>The lane of an event, highest first: a smaller number is more urgent.</summary>
public enum Priority : byte
{
    Critical = 0,
    High = 1,
    Normal = 2,
    Low = 3,
}
