using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Connections;

/// <summary>An order, on its way to one edge. Answered by <see cref="EdgeOutcome"/> with its number.</summary>
internal sealed record EdgeOrdered(long Number, EdgeOrder Order, IActorRef<EdgeOutcome> ReplyTo);
