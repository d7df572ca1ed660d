using System.Collections.Immutable;
using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>The well-known actors of the nodes that this one is linked with: those who stand here for them. Never changes; whoever owns the links puts a newer one into <see cref="NodeActorsRef"/>.</summary>
public sealed class NodeActors
{
    private readonly ImmutableSortedDictionary<string, IReadOnlyList<IActorRef<object>>> _byNode;
    private readonly Dictionary<IActorRef, (string Node, long Place)> _placeOf = new(ReferenceEqualityComparer.Instance);

    private NodeActors(ImmutableSortedDictionary<string, IReadOnlyList<IActorRef<object>>> byNode)
    {
        _byNode = byNode;
        foreach (var (node, actors) in byNode)
        {
            for (var i = 0; i < actors.Count; i++)
                _placeOf[actors[i]] = (node, i);
        }
    }

    /// <summary>Of no node.</summary>
    public static NodeActors None { get; } = new(ImmutableSortedDictionary.Create<string, IReadOnlyList<IActorRef<object>>>(StringComparer.Ordinal));

    /// <summary>The same with a node that is linked now.</summary>
    public NodeActors With(string node, IReadOnlyList<IActorRef<object>> actors) => new(_byNode.SetItem(node, actors));

    /// <summary>The same without a node.</summary>
    public NodeActors Without(string node) => new(_byNode.Remove(node));

    internal bool TryPlace(IActorRef actor, out (string Node, long Place) place) => _placeOf.TryGetValue(actor, out place);

    internal IActorRef<object>? At(string node, long place) =>
        _byNode.TryGetValue(node, out var actors) && place >= 0 && place < actors.Count ? actors[(int)place] : null;
}
