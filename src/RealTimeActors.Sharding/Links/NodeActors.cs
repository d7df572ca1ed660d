using System.Collections.Immutable;
using System.Globalization;
using RealTimeActors.Actors;

namespace RealTimeActors.Sharding.Links;

/// <summary>The well-known actors of the nodes that this one is linked with: those who stand here for them. Never changes; whoever owns the links puts a newer one into <see cref="NodeActorsRef"/>.</summary>
public sealed class NodeActors
{
    private readonly ImmutableSortedDictionary<string, Named> _byNode;
    private readonly Dictionary<IActorRef, (string Node, long Place)> _placeOf = new(ReferenceEqualityComparer.Instance);

    private NodeActors(ImmutableSortedDictionary<string, Named> byNode)
    {
        _byNode = byNode;
        foreach (var (node, named) in byNode)
        {
            for (var i = 0; i < named.Actors.Count; i++)
                _placeOf[named.Actors[i]] = (node, i);
        }
    }

    /// <summary>Of no node.</summary>
    public static NodeActors None { get; } = new(ImmutableSortedDictionary.Create<string, Named>(StringComparer.Ordinal));

    /// <summary>The same with a node that is linked now.</summary>
    /// <param name="node">Which.</param>
    /// <param name="names">What it calls its actors.</param>
    /// <param name="actors">Who stands here for them, in the same order.</param>
    public NodeActors With(string node, IReadOnlyList<string> names, IReadOnlyList<IActorRef<object>> actors) => new(_byNode.SetItem(node, new Named(names, actors)));

    /// <summary>The same without a node.</summary>
    public NodeActors Without(string node) => new(_byNode.Remove(node));

    /// <summary>Those of all nodes whose names begin so, node by node.</summary>
    public IEnumerable<IActorRef<object>> WithNames(string prefix)
    {
        foreach (var named in _byNode.Values)
        {
            for (var i = 0; i < named.Actors.Count && i < named.Names.Count; i++)
            {
                if (named.Names[i].StartsWith(prefix, StringComparison.Ordinal))
                    yield return named.Actors[i];
            }
        }
    }

    /// <summary>Who stands here for the actor of a name on the node whose life has that number; null: it is not linked, or has none of that name.</summary>
    public IActorRef<object>? Find(long life, string name)
    {
        foreach (var (node, named) in _byNode)
        {
            if (!long.TryParse(node.AsSpan(node.LastIndexOf('#') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number != life)
                continue;

            for (var i = 0; i < named.Actors.Count && i < named.Names.Count; i++)
            {
                if (named.Names[i] == name)
                    return named.Actors[i];
            }
        }

        return null;
    }

    internal bool TryPlace(IActorRef actor, out (string Node, long Place) place) => _placeOf.TryGetValue(actor, out place);

    internal IActorRef<object>? At(string node, long place) =>
        _byNode.TryGetValue(node, out var named) && place >= 0 && place < named.Actors.Count ? named.Actors[(int)place] : null;

    private sealed record Named(IReadOnlyList<string> Names, IReadOnlyList<IActorRef<object>> Actors);
}
