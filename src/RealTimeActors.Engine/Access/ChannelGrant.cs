using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Access;

/// <summary>Rights on the channels of a pattern, as a token's <c>channels</c> claim gives them.</summary>
public sealed record ChannelGrant(ChannelPattern Pattern, Rights Rights);
