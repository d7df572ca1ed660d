using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Syntax;

internal sealed partial class HoconReader
{
    /// <summary>Reads a value: everything up to the end of the line, a comma or a closing bracket. Values beside each other are concatenated.</summary>
    /// <param name="place">Where the value stands; null in a list, whose elements no path reaches.</param>
    private Node ReadValue(Place? place)
    {
        var parts = new List<Node>();
        while (true)
        {
            var blanks = (_at.At, _at.Origin);
            _at.SkipBlanks();
            if (_at.Peek() is Scanner.End or '\n' or ',' or '}' or ']' || _at.IsAtComment)
                break;

            if (parts.Count > 0 && _at.At > blanks.At)
                parts.Add(new LiteralNode(HoconKind.String, _at.TextFrom(blanks.At), blanks.Origin, isBlank: true));

            parts.Add(ReadPart(place));
        }

        if (parts.Count == 0)
            throw _at.Expected("a value");

        CheckMix(parts);
        return parts.Count == 1 ? parts[0] : new ConcatenationNode(parts[0].Origin, parts);
    }

    private Node ReadPart(Place? place)
    {
        var origin = _at.Origin;
        switch (_at.Peek())
        {
            case '{':
                _at.Move();
                var inner = new ObjectNode(origin);
                CheckDepth(++_depth);
                ReadFields(inner, place ?? new Place(inner, HoconPath.Root), '}');
                _depth--;
                return inner;
            case '[':
                return ReadArray();
            case '"':
                return new LiteralNode(HoconKind.String, QuotedText.Read(_at), origin);
            case '$' when _at.Peek(1) == '{':
                return ReadSubstitution();
            default:
                var word = Words.Read(_at);
                return word.Length > 0
                    ? new LiteralNode(Words.KindOf(word), word, origin)
                    : throw _at.Expected("a value (this character only stands in quotes)");
        }
    }

    private ArrayNode ReadArray()
    {
        var array = new ArrayNode(_at.Origin);
        _at.Move();
        CheckDepth(++_depth);
        _at.SkipLines();
        while (_at.Peek() != ']')
        {
            array.Elements.Add(ReadValue(null));
            if (!ReadSeparator(']'))
                break;
        }

        _at.Move();
        _depth--;
        return array;
    }

    private SubstitutionNode ReadSubstitution()
    {
        var origin = _at.Origin;
        _at.Move(2);
        var isOptional = _at.Take('?');
        var path = PathReader.Read(_at, "the path of a substitution");
        if (!_at.Take('}'))
            throw _at.Expected("'}' after the path of a substitution");

        var substitution = new SubstitutionNode(origin, path, isOptional) { Places = _places };
        _substitutions.Add(substitution);
        return substitution;
    }

    /// <summary>A word beside an object or a list can never become one value, whatever the substitutions between them come to.</summary>
    private static void CheckMix(List<Node> parts)
    {
        var first = parts.Find(part => part is LiteralNode { IsBlank: false } or ObjectNode or ArrayNode);
        var other = parts.Find(part => part is LiteralNode { IsBlank: false } or ObjectNode or ArrayNode && part.GetType() != first!.GetType());
        if (other is not null && (first is LiteralNode || other is LiteralNode))
            throw Scanner.Expected($"{NameOf(first!)} beside {NameOf(first!)} (or a comma between the two)", other.Origin, NameOf(other));
    }

    private static string NameOf(Node part) => part switch
    {
        ObjectNode => "an object",
        ArrayNode => "a list",
        _ => "a text",
    };
}
