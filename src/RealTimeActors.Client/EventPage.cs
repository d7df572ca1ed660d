using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>A page of a channel's log.</summary>
/// <param name="Epoch">The present life of the log.</param>
/// <param name="Events">In order of offset.</param>
/// <param name="Next">The offset at which the next page begins; null: this was the last.</param>
public sealed record EventPage(string Epoch, IReadOnlyList<ChannelEvent> Events, long? Next);
