namespace RealTimeActors.Hocon.Nodes;

/// <summary>What stands in a file where a value is expected, before substitutions are resolved.</summary>
/// <remarks>
/// A literal, an array or an object is what it is, with nodes inside that nobody has looked at yet. Substitutions and concatenations become one of these three,
/// once; they remember it. This laziness is what lets an object refer to its own members.
/// </remarks>
internal abstract class Node(HoconOrigin origin)
{
    internal HoconOrigin Origin { get; } = origin;

    /// <summary>While a node becomes a value, whoever looks at its key sees only what was defined before it. This is how <c>a = ${a} [x]</c> looks back.</summary>
    internal bool IsBecoming { get; set; }

    /// <summary>Whether the node became what it stands for.</summary>
    internal bool IsKnown { get; set; }

    /// <summary>What the node became; null: undefined.</summary>
    internal Node? Value { get; set; }

    /// <summary>Whether nothing that was defined before for the same key can show through.</summary>
    internal virtual bool HidesEarlier => false;
}
