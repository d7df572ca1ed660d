using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Sessions;

/// <summary>An event of an ephemeral channel in the inbox of a session, with the epoch it was of.</summary>
internal sealed record KeptEvent(string Epoch, ChannelEvent Event);
