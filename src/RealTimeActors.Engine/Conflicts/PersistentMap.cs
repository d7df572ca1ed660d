using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// An ordered map that never changes: a change gives a new one that shares all but O(log n) nodes with the old (an AVL tree). Whoever holds one may read it for as long as he likes.
/// </summary>
/// <remarks>Not <c>ImmutableSortedDictionary</c>: that one cannot begin to read in the middle, which pages and snapshots in parts do.</remarks>
internal sealed class PersistentMap<TKey, TValue>
    where TKey : notnull
{
    private readonly IComparer<TKey> _order;
    private readonly Node? _root;

    private PersistentMap(IComparer<TKey> order, Node? root)
    {
        _order = order;
        _root = root;
    }

    internal int Count => _root?.Count ?? 0;

    /// <summary>Steps to the deepest key.</summary>
    internal int Height => _root?.Height ?? 0;

    internal static PersistentMap<TKey, TValue> Empty(IComparer<TKey> order) => new(order, null);

    internal bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        for (var node = _root; node is not null;)
        {
            var side = _order.Compare(key, node.Key);
            if (side == 0)
            {
                value = node.Value;
                return true;
            }

            node = side < 0 ? node.Left : node.Right;
        }

        value = default;
        return false;
    }

    /// <summary>Adds or replaces.</summary>
    internal PersistentMap<TKey, TValue> With(TKey key, TValue value) => new(_order, Put(_root, key, value));

    /// <summary>Without the key; the same map where it has none.</summary>
    internal PersistentMap<TKey, TValue> Without(TKey key) => TryGet(key, out _) ? new(_order, Take(_root!, key)) : this;

    /// <summary>The first of all.</summary>
    internal bool TryGetFirst([MaybeNullWhen(false)] out TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var node = _root;
        while (node?.Left is not null)
            node = node.Left;

        (key, value) = node is null ? (default, default) : (node.Key, node.Value);
        return node is not null;
    }

    /// <summary>Everything, in order.</summary>
    internal IEnumerable<TValue> All() => From(default!, isAll: true);

    /// <summary>Everything after the key, in order.</summary>
    internal IEnumerable<TValue> After(TKey key) => From(key, isAll: false);

    private IEnumerable<TValue> From(TKey after, bool isAll)
    {
        var path = new Stack<Node>();
        for (var node = _root; node is not null;)
        {
            if (isAll || _order.Compare(after, node.Key) < 0)
            {
                path.Push(node);
                node = node.Left;
            }
            else
            {
                node = node.Right;
            }
        }

        while (path.TryPop(out var next))
        {
            yield return next.Value;
            for (var node = next.Right; node is not null; node = node.Left)
                path.Push(node);
        }
    }

    private Node Put(Node? node, TKey key, TValue value)
    {
        if (node is null)
            return new Node(key, value, null, null);

        var side = _order.Compare(key, node.Key);
        if (side == 0)
            return new Node(key, value, node.Left, node.Right);

        return side < 0
            ? Balanced(node, Put(node.Left, key, value), node.Right)
            : Balanced(node, node.Left, Put(node.Right, key, value));
    }

    private Node? Take(Node node, TKey key)
    {
        var side = _order.Compare(key, node.Key);
        if (side < 0)
            return Balanced(node, Take(node.Left!, key), node.Right);

        if (side > 0)
            return Balanced(node, node.Left, Take(node.Right!, key));

        if (node.Left is null || node.Right is null)
            return node.Left ?? node.Right;

        var next = node.Right;
        while (next.Left is not null)
            next = next.Left;

        return Balanced(next, node.Left, Take(node.Right, next.Key));
    }

    /// <summary>A node with the content of <paramref name="content"/> and these children, whose heights differ by two at most.</summary>
    private static Node Balanced(Node content, Node? left, Node? right)
    {
        var lean = HeightOf(left) - HeightOf(right);
        if (lean > 1)
        {
            return HeightOf(left!.Left) >= HeightOf(left.Right)
                ? With(left, left.Left, With(content, left.Right, right))
                : With(left.Right!, With(left, left.Left, left.Right!.Left), With(content, left.Right.Right, right));
        }

        if (lean < -1)
        {
            return HeightOf(right!.Right) >= HeightOf(right.Left)
                ? With(right, With(content, left, right.Left), right.Right)
                : With(right.Left!, With(content, left, right.Left!.Left), With(right, right.Left.Right, right.Right));
        }

        return With(content, left, right);
    }

    private static Node With(Node content, Node? left, Node? right) => new(content.Key, content.Value, left, right);

    private static int HeightOf(Node? node) => node?.Height ?? 0;

    private sealed class Node(TKey key, TValue value, Node? left, Node? right)
    {
        internal TKey Key { get; } = key;

        internal TValue Value { get; } = value;

        internal Node? Left { get; } = left;

        internal Node? Right { get; } = right;

        internal int Height { get; } = 1 + Math.Max(HeightOf(left), HeightOf(right));

        internal int Count { get; } = 1 + (left?.Count ?? 0) + (right?.Count ?? 0);
    }
}
