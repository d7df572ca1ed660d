using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Access;

/// <summary>What the configuration gives on the channels of a pattern (<c>realtime.channels[].access</c>).</summary>
/// <param name="Pattern">The channels that are meant.</param>
/// <param name="Authenticated">Rights of everybody who has a valid token.</param>
/// <param name="Roles">Rights of everybody whose token names the role, besides.</param>
public sealed record AccessRule(ChannelPattern Pattern, Rights Authenticated, IReadOnlyDictionary<string, Rights> Roles);
