using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>A page of a channel's log.</summary>
/// <param name="Epoch">The present life of the log.</param>
/// <param name="Events">In order of offset.</param>
/// <param name="Next">The next page is what follows this offset: read it from <c>new From.Position(Epoch, Next)</c>. null: this was the last.</param>
public sealed record EventPage(string Epoch, IReadOnlyList<ChannelEvent> Events, long? Next);
