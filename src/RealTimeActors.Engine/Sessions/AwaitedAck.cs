using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Sessions;

/// <summary>Events whose publisher waits for this session's ack: the connection by which it was counted has ended, or the ack has just been counted.</summary>
/// <param name="Epoch">The life of the log.</param>
/// <param name="Range">Which events: all of them must be acked.</param>
/// <param name="EndsUnixMs">When nobody waits any longer.</param>
internal sealed record AwaitedAck(string Epoch, OffsetRange Range, long EndsUnixMs);
