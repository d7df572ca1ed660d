using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.EventStreams;

/// <summary>Where a stream is to begin.</summary>
/// <param name="Last">What its reader has already; null: nothing.</param>
/// <param name="From">Where else.</param>
/// <param name="MayReadHistory">Whether it may read what was published before it came.</param>
internal sealed record StreamStart(StreamPosition? Last, From? From, bool MayReadHistory);
