using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Resolving;

/// <summary>Values that contain themselves, and so would not end.</summary>
/// <remarks>
/// They are seen when a value is taken apart: something in it comes to an object or a list that is just being taken apart. If that was put together of what was
/// there before, as in <c>a = ${a} [ ${a} ]</c>, what was there before is meant. An optional substitution counts as missing. Everything else is an error.
/// </remarks>
internal sealed partial class Resolver
{
    private bool _isLookingBack;

    /// <summary>The value of these definitions, without circles.</summary>
    private Node? Ending(Node? value, List<Node> definitions)
    {
        if (value is not ContainerNode || !definitions.Exists(definition => definition is SubstitutionNode or ConcatenationNode))
            return value;

        var visible = VisibleOf(definitions);
        if (visible.Exists(IsCircle))
        {
            var ending = visible.Select(WithoutCircle).OfType<Node>().ToList();
            value = ValueOf(ending, ending.Count);
        }

        return IsOpen(value) ? throw Endless(definitions[^1]) : value;
    }

    /// <summary>The definitions that have a part in the value: down to the first that is no object.</summary>
    private List<Node> VisibleOf(List<Node> definitions)
    {
        var visible = new List<Node>();
        for (var i = definitions.Count - 1; i >= 0; i--)
        {
            visible.Add(definitions[i]);
            if (ValueOf(definitions[i]) is not (null or ObjectNode))
                break;
        }

        visible.Reverse();
        return visible;
    }

    private static bool IsCircle(Node definition) =>
        definition is SubstitutionNode ? IsOpen(definition.Value) : definition is ConcatenationNode concatenation && concatenation.Parts.Any(part => IsOpen(part.Value));

    private static bool IsOpen(Node? value) => value is ContainerNode { IsOpen: true };

    /// <summary>The same without what leads in a circle; null: nothing is left.</summary>
    private Node? WithoutCircle(Node definition) => definition switch
    {
        SubstitutionNode { Value: ContainerNode { IsOpen: true } circle } substitution =>
            LookBack(substitution, circle) ?? (substitution.IsOptional ? null : throw Endless(substitution)),
        ConcatenationNode concatenation => new ConcatenationNode(definition.Origin, [.. concatenation.Parts.Select(WithoutCircle).OfType<Node>()]),
        _ => definition,
    };

    /// <summary>Looks a substitution up again as if the concatenation that leads back to it were not there yet. Null: it was not put together, or there was nothing.</summary>
    private Node? LookBack(SubstitutionNode substitution, ContainerNode circle)
    {
        if (circle.MadeBy is not { IsBecoming: false } made || _isLookingBack)
            return null;

        (made.IsBecoming, _isLookingBack) = (true, true);
        var earlier = Find(substitution, out _);
        (made.IsBecoming, _isLookingBack) = (false, false);
        return IsOpen(earlier) ? null : earlier;
    }

    private static HoconException Endless(Node at) => new(at.Origin, "expected a value that ends, found one that contains itself");
}
