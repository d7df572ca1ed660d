using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Connections;

/// <summary>An event that the stages of a subscription hold, and where its bytes stand, as long as they do: the ring lets its runs go when it must, not when the last stage has let go of them.</summary>
internal readonly record struct HeldEvent(ChannelEvent Event, RingCursor At);
