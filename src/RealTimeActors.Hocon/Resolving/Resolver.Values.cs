using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Resolving;

internal sealed partial class Resolver
{
    private int _depth;
    private int _values;
    private long _text;

    /// <summary>The root and everything in it.</summary>
    internal HoconValue Resolve(Node node)
    {
        if (++_values > _limits.ValuesMax)
            throw new HoconException(node.Origin, $"expected at most {_limits.ValuesMax} values after all substitutions, found more");

        if (_depth > _limits.DepthMax)
            throw new HoconException(node.Origin, $"expected at most {_limits.DepthMax} objects and lists within each other after all substitutions, found more");

        _depth++;
        HoconValue value = node switch
        {
            LiteralNode literal => ResolveLiteral(literal),
            ArrayNode array => ResolveArray(array),
            ObjectNode inner => ResolveObject(inner),
            _ => throw new InvalidOperationException($"{node.GetType().Name} is no value."),
        };
        _depth--;
        return value;
    }

    private HoconScalar ResolveLiteral(LiteralNode literal)
    {
        CountText(literal.Text, literal.Origin);
        return new HoconScalar(literal.Kind, literal.Text, literal.Origin);
    }

    private HoconArray ResolveArray(ArrayNode array)
    {
        var elements = new List<HoconValue>(array.Elements.Count);
        array.IsOpen = true;
        foreach (var element in array.Elements)
        {
            if (Ending(ValueOf(element), [element]) is { } value)
                elements.Add(Resolve(value));
        }

        array.IsOpen = false;
        return new HoconArray(elements, array.Origin);
    }

    private HoconObject ResolveObject(ObjectNode inner)
    {
        var members = new OrderedDictionary<string, HoconValue>(inner.Slots.Count, StringComparer.Ordinal);
        inner.IsOpen = true;
        foreach (var (key, slot) in inner.Slots)
        {
            CountText(key, inner.Origin);
            if (Ending(ValueOf(slot), slot.Definitions) is { } value)
                members.Add(key, Resolve(value));
        }

        inner.IsOpen = false;
        return new HoconObject(members, inner.Origin);
    }

    private void CountText(string text, HoconOrigin at) => CheckText(_text += text.Length, at);

    private void CheckText(long length, HoconOrigin at)
    {
        if (length > _limits.TextMax)
            throw new HoconException(at, $"expected at most {_limits.TextMax} characters after all substitutions, found more");
    }
}
