namespace RealTimeActors.Engine.Connections;

/// <summary>A mutation on its way: whom its outcome is for.</summary>
internal sealed record MutateTag(Connection Connection, long FrameId, ReceivedBatch Batch);
