namespace RealTimeActors.Protocol.Frames;

/// <summary>Who acknowledges.</summary>
public enum AckMode : byte
{
    /// <summary>The client library, when its handler has returned.</summary>
    Auto,

    /// <summary>The application.</summary>
    Manual,

    /// <summary>Nobody: no cursor is kept.</summary>
    None,
}
