using RealTimeActors.Engine.Telemetry;

namespace RealTimeActors.Engine.Connections;

/// <summary>A publish on its way: whom its receipt is for.</summary>
internal sealed record PublishTag(Connection Connection, long FrameId, ReceivedBatch Batch, ITrace? Trace)
{
    /// <summary>Whether the client was answered that it is accepted: what comes afterwards only settles it.</summary>
    internal bool IsAccepted { get; set; }
}
