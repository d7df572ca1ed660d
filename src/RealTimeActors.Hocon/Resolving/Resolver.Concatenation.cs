using System.Text;
using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Resolving;

internal sealed partial class Resolver
{
    /// <summary>Values beside each other: texts become one text, lists one list, objects are merged. Undefined if all of them are.</summary>
    private Node? Concatenate(IReadOnlyList<Node> parts)
    {
        var values = new List<(Node Value, HoconOrigin Origin)>(parts.Count);
        foreach (var part in parts)
        {
            if (ValueOf(part) is { } value)
                values.Add((value, part.Origin));
        }

        if (values.TrueForAll(IsBlank))
            return null;

        if (!values.Exists(value => value.Value is ContainerNode))
            return JoinTexts(values, parts[0].Origin);

        values.RemoveAll(IsBlank);
        var joined = values[0].Value;
        foreach (var (value, origin) in values.Skip(1))
            joined = Join(joined, value) ?? throw new HoconException(origin, $"expected {NameOf(joined)} to be concatenated with {NameOf(joined)}, found {NameOf(value)}");

        return joined;
    }

    private static bool IsBlank((Node Value, HoconOrigin Origin) part) => part.Value is LiteralNode { IsBlank: true };

    private LiteralNode JoinTexts(List<(Node Value, HoconOrigin Origin)> values, HoconOrigin origin)
    {
        var text = new StringBuilder();
        foreach (var value in values.Select(value => (LiteralNode)value.Value))
        {
            Step(value.Origin);
            CheckText(text.Length + (long)value.Text.Length, value.Origin);
            text.Append(value.Text);
        }

        return new LiteralNode(HoconKind.String, text.ToString(), origin);
    }

    /// <summary>Both as one; null: they do not go together.</summary>
    private Node? Join(Node below, Node above) => (below, above) switch
    {
        (LiteralNode one, LiteralNode two) => new LiteralNode(HoconKind.String, one.Text + two.Text, one.Origin),
        (ObjectNode one, ObjectNode two) => Merge(one, two),
        (ArrayNode one, ArrayNode two) => Join(one, two),
        (ArrayNode one, ObjectNode two) when Numbered(two) is { } list => Join(one, list),
        (ObjectNode one, ArrayNode two) when Numbered(one) is { } list => Join(list, two),
        _ => null,
    };

    private ArrayNode Join(ArrayNode below, ArrayNode above)
    {
        var both = new ArrayNode(below.Origin);
        foreach (var element in below.Elements.Concat(above.Elements))
        {
            Step(element.Origin);
            both.Elements.Add(element);
        }

        return both;
    }

    /// <summary>An object whose keys are numbers, where a list is expected.</summary>
    private static ArrayNode? Numbered(ObjectNode inner)
    {
        var numbered = inner.Slots
            .Where(slot => HoconObject.TryIndex(slot.Key, out _))
            .OrderBy(slot => HoconObject.TryIndex(slot.Key, out var index) ? index : 0)
            .ToList();
        if (numbered.Count == 0)
            return null;

        var array = new ArrayNode(inner.Origin);
        array.Elements.AddRange(numbered.Select(slot => new SlotNode(slot.Value, inner.Origin)));
        return array;
    }

    private static string NameOf(Node value) => value switch
    {
        LiteralNode { Kind: HoconKind.Null } => "null",
        ObjectNode => "an object",
        ArrayNode => "a list",
        _ => "a text",
    };
}
