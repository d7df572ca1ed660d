using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>An event whose hash is to be computed with those of others (<see cref="EventHash.ComputeMany"/>).</summary>
/// <param name="Event">The event.</param>
/// <param name="Epoch">The life of the log that it stands in.</param>
/// <param name="PreviousHash">The hash of the event before it, or the place for it: then that event comes first.</param>
/// <param name="Hash">Receives 32 bytes.</param>
public readonly record struct ChainLink(ChannelEvent Event, string Epoch, ReadOnlyMemory<byte> PreviousHash, Memory<byte> Hash);
