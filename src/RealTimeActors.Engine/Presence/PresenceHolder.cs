using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Presence;

/// <summary>Who answers for a member: the connection by which it is there, and the edge that has it.</summary>
/// <param name="ConnectionId">Unique for all time.</param>
/// <param name="Edge">Its edge actor.</param>
internal sealed record PresenceHolder(string ConnectionId, IActorRef<PresenceReply> Edge);
