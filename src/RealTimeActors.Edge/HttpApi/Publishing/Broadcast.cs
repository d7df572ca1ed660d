using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.HttpApi.Publishing;

/// <summary>One event for many channels.</summary>
internal sealed record Broadcast(IReadOnlyList<ChannelName> Channels, Publication Publication);
