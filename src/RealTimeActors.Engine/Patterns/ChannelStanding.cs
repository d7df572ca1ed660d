using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Patterns;

/// <summary>How a channel stands, as the directory tells it. Never changes.</summary>
/// <param name="Channel">Which channel.</param>
/// <param name="IsDurable">Whether it has a log on disk.</param>
/// <param name="Epoch">The life of its log.</param>
/// <param name="Head">Its newest offset; of a channel that is awake, the one of which it last told.</param>
/// <param name="IsAwake">Whether it goes on without telling the directory: whoever wants to know of its events joins it. One that is not tells of its next event first.</param>
internal sealed record ChannelStanding(ChannelName Channel, bool IsDurable, string Epoch, long Head, bool IsAwake);
