namespace RealTimeActors.Persistence.Membership;

/// <summary>What a node says of itself when it joins.</summary>
/// <param name="Node">Its configured name; two nodes that are alive cannot have the same.</param>
/// <param name="Address">Where other nodes reach it, as <c>10.0.0.5:7400</c>; empty for a server that is alone.</param>
/// <param name="Roles">What it does, as <c>core</c> and <c>edge</c>.</param>
public sealed record NodeAnnouncement(string Node, string Address, IReadOnlyList<string> Roles);
