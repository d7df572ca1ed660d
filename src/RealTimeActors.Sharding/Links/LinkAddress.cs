namespace RealTimeActors.Sharding.Links;

/// <summary>What stands on the wire for an actor, as the side that holds this sees it.</summary>
/// <param name="Owner">Whose actor it is.</param>
/// <param name="Kind">How it is known there.</param>
/// <param name="Number">The number by which it was told of, or the place among the well-known ones.</param>
/// <param name="Node">With <see cref="LinkOwner.Third"/>: which node's.</param>
public readonly record struct LinkAddress(LinkOwner Owner, LinkKind Kind, long Number, string? Node = null);
