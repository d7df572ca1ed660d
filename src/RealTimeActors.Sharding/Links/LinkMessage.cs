namespace RealTimeActors.Sharding.Links;

/// <summary>What this node's actors tell a <see cref="LinkActor"/>: a message for an actor of the other node.</summary>
/// <param name="Table">The connection on which the actor is known.</param>
/// <param name="Kind">How it is known.</param>
/// <param name="Number">Its number or place.</param>
/// <param name="Message">What it is told.</param>
internal sealed record LinkMessage(LinkTable Table, LinkKind Kind, long Number, object Message);
