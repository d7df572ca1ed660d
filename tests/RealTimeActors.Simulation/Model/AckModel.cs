using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Model;

/// <summary>Everything up to the offset is processed, and the ranges ahead of it. The epoch is the connection's, not on the wire.</summary>
internal sealed record AckModel(int Epoch, long Offset, IReadOnlyList<OffsetRange> Ranges);
