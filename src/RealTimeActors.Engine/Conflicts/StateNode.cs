using System.Buffers;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>
/// One place of a value: a leaf (anything but an object, and what a custom rule decides as a whole), a set, an object, or the memory of something that was removed. With each stands when it was written: the
/// register that the rules compare. Never changes.
/// </summary>
internal sealed record StateNode
{
    internal static StateNode Nothing { get; } = new();

    /// <summary>The leaf, compact JSON; null: there is none.</summary>
    internal byte[]? Leaf { get; init; }

    /// <summary>The set, under <c>union</c>.</summary>
    internal MemberSet? Members { get; init; }

    /// <summary>The newest write of the leaf or the set.</summary>
    internal Stamp? Written { get; init; }

    /// <summary>The write whose value the leaf has, where that is another one than the newest: under <c>max</c> and <c>min</c> an older write may have the greater number. It decides nothing.</summary>
    internal Stamp? Winner { get; init; }

    /// <summary>Who is named where what is here stays.</summary>
    internal Stamp? Holder => Winner ?? Written;

    /// <summary>The newest removal: what was written before it, here and below, is gone and does not come back.</summary>
    internal Stamp? Floor { get; init; }

    /// <summary>The newest write that takes this place for an object; null: it is none.</summary>
    internal Stamp? Mentioned { get; init; }

    /// <summary>Below, in the order of their names. Where one is visible, this place is an object.</summary>
    internal StateMember[] Children { get; init; } = [];

    internal bool IsLeaf => Leaf is not null || Members is not null;

    internal bool IsVisible => IsLeaf || Mentioned is not null;

    /// <summary>Nothing but the memory of a removal, or not even that.</summary>
    internal bool IsTombstone => !IsVisible && Children.Length == 0;

    /// <summary>The value here; empty: there is none.</summary>
    internal ReadOnlyMemory<byte> Render()
    {
        if (Leaf is not null || !IsVisible)
            return Leaf;

        var to = new ArrayBufferWriter<byte>(256);
        Render(to);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>How many fields the value has, at all levels: objects, leaves and sets, this place itself not among them.</summary>
    internal int CountFields()
    {
        var count = 0;
        foreach (var child in Children)
            count += (child.Node.IsVisible ? 1 : 0) + child.Node.CountFields();

        return count;
    }

    private void Render(ArrayBufferWriter<byte> to)
    {
        if (Leaf is not null)
        {
            to.Write(Leaf);
            return;
        }

        if (Members is not null)
        {
            Members.Render(to);
            return;
        }

        var separator = "{\""u8;
        foreach (var (name, node) in Children)
        {
            if (!node.IsVisible)
                continue;

            to.Write(separator);
            separator = ",\""u8;
            to.Write(name);
            to.Write("\":"u8);
            node.Render(to);
        }

        to.Write(separator[0] == '{' ? "{}"u8 : "}"u8);
    }
}
