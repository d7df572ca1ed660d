using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Resolving;

/// <summary>Turns nodes into what they stand for: substitutions here, concatenations and the values in the other parts.</summary>
/// <remarks>
/// Everything happens when it is asked for, and only as far: a node becomes a literal, an array or an object whose members nobody has looked at. While a
/// definition of a key is at it, that key shows only what was defined earlier; so a definition that leads back to itself looks back, and where there is nothing
/// to look back at, it is undefined.
/// </remarks>
internal sealed partial class Resolver(ObjectNode root, HoconOptions options)
{
    private readonly HoconLimits _limits = options.Limits;
    private readonly List<Node> _becoming = [];
    private int _substitutions;
    private int _steps;

    /// <summary>What a node comes to: a literal, an array or an object. Null: undefined.</summary>
    private Node? ValueOf(Node node)
    {
        if (node is LiteralNode or ArrayNode or ObjectNode)
            return node;

        if (node.IsKnown || node.IsBecoming)
            return node.Value;

        Step(node.Origin);
        node.IsBecoming = true;
        _becoming.Add(node);
        node.Value = node switch
        {
            SubstitutionNode substitution => ValueOfSubstitution(substitution),
            ConcatenationNode concatenation => Concatenate(concatenation.Parts),
            AppendingNode appending => Concatenate([appending.Before, appending.Added]),
            ReplacingNode replacing => ValueOf(replacing.By),
            SlotNode slot => ValueOf(slot.Slot),
            _ => throw new InvalidOperationException($"{node.GetType().Name} is no node that can be resolved."),
        };
        if (node is ConcatenationNode or AppendingNode && node.Value is ContainerNode { MadeBy: null } made)
            made.MadeBy = node;

        _becoming.RemoveAt(_becoming.Count - 1);
        node.IsBecoming = false;
        node.IsKnown = true;
        return node.Value;
    }

    /// <summary>What everything that was said about a key comes to, except for what is just becoming a value and what stands above that.</summary>
    private Node? ValueOf(Slot slot)
    {
        if (slot.IsKnown && !_isLookingBack)
            return slot.Value;

        Step(slot.Definitions[0].Origin, 1 + (slot.Definitions.Count / 8));
        var visible = slot.Definitions.FindIndex(definition => definition.IsBecoming);
        if (visible >= 0)
            return ValueOf(slot.Definitions, visible);

        if (slot.IsKnown)
            return slot.Value;

        slot.Value = ValueOf(slot.Definitions, slot.Definitions.Count);
        slot.IsKnown = true;
        return slot.Value;
    }

    private Node? ValueOf(List<Node> definitions, int count)
    {
        ObjectNode? merged = null;
        for (var i = count - 1; i >= 0; i--)
        {
            Step(definitions[i].Origin);
            switch (ValueOf(definitions[i]))
            {
                case null:
                    break;
                case ObjectNode below:
                    var above = merged;
                    merged = above is null ? below : Merge(below, above);
                    merged.MadeBy ??= above?.MadeBy ?? below.MadeBy;
                    if (definitions[i] is ReplacingNode)
                        return merged;

                    break;
                case var other:
                    return merged ?? other;
            }
        }

        return merged;
    }

    private ObjectNode Merge(ObjectNode below, ObjectNode above)
    {
        var merged = new ObjectNode(above.Origin);
        foreach (var (key, slot) in below.Slots)
        {
            Step(below.Origin);
            merged.Slots.Add(key, slot);
        }

        foreach (var (key, slot) in above.Slots)
        {
            Step(above.Origin);
            merged.Slots[key] = merged.Slots.TryGetValue(key, out var other) && other != slot ? Join(other, slot) : slot;
        }

        return merged;
    }

    private Slot Join(Slot below, Slot above)
    {
        var both = new Slot();
        foreach (var definition in below.Definitions.Concat(above.Definitions))
        {
            Step(definition.Origin);
            both.AddShared(definition);
        }

        return both;
    }

    private Node? ValueOfSubstitution(SubstitutionNode substitution)
    {
        if (++_substitutions > _limits.SubstitutionDepthMax)
            throw new HoconException(substitution.Origin, $"expected at most {_limits.SubstitutionDepthMax} substitutions that lead to each other in a row, found more");

        var value = Find(substitution, out var hiding);
        _substitutions--;
        if (value is not null || substitution.IsOptional)
            return value;

        var mayBeMissing = $"found none (write ${{?{substitution.Path}}} if it may be missing)";
        throw new HoconException(substitution.Origin, hiding switch
        {
            null => $"expected a value for {substitution}, {mayBeMissing}",
            _ when IsPartOf(hiding, substitution) => $"expected an earlier value for {substitution} to look back at, {mayBeMissing}",
            _ => $"expected a value that does not depend on itself, found the circle {string.Join(" -> ", _becoming.Skip(_becoming.IndexOf(hiding)).OfType<SubstitutionNode>())}",
        });
    }

    private bool IsPartOf(Node definition, SubstitutionNode substitution) =>
        definition == substitution || (definition is not SubstitutionNode && _becoming is [.., var outer, _] && outer == definition);

    /// <summary>Looks a substitution up. <c>hiding</c>: what is just becoming a value, where this is why nothing is to be seen.</summary>
    private Node? Find(SubstitutionNode substitution, out Node? hiding)
    {
        hiding = null;
        foreach (var place in substitution.Places)
        {
            if (Find(place, substitution.Path, ref hiding) is { } value)
                return value;
        }

        return substitution.AsksEnvironment && options.Environment(string.Join('.', substitution.Path)) is { } variable
            ? new LiteralNode(HoconKind.String, variable, substitution.Origin)
            : null;
    }

    private Node? Find(Place place, HoconPath path, ref Node? hiding)
    {
        Node? value = place.Anchor ?? root;
        foreach (var key in place.Path.Concat(path))
        {
            if (value is not ObjectNode inner || !inner.Slots.TryGetValue(key, out var slot))
                return null;

            value = ValueOf(slot);
            if (value is null)
                hiding = slot.Definitions.Find(definition => definition.IsBecoming);
        }

        return value;
    }

    private void Step(HoconOrigin at, int steps = 1)
    {
        if ((_steps += steps) > _limits.StepsMax)
            throw new HoconException(at, $"expected a configuration that is resolved within {_limits.StepsMax} steps, found one that takes more");
    }
}
