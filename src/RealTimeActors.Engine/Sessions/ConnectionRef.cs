using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Sessions;

/// <summary>A connection as its session knows it.</summary>
/// <param name="Id">The connection's id, unique for all time.</param>
/// <param name="Edge">The edge actor that holds it.</param>
internal sealed record ConnectionRef(string Id, IActorRef<SessionReply> Edge);
