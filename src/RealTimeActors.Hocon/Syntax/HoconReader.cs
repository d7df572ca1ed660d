using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>Reads HOCON into nodes: fields here, values and includes in the other parts.</summary>
internal sealed partial class HoconReader
{
    private readonly Scanner _at;
    private readonly SourceText _source;
    private readonly SourceFiles _files;
    private readonly IReadOnlyList<Place> _places;
    private readonly List<SubstitutionNode> _substitutions = [];
    private int _depth;

    /// <summary>Reads a text, whose substitutions are looked up in these places, in this order.</summary>
    internal HoconReader(SourceText source, SourceFiles files, IReadOnlyList<Place> places)
    {
        _at = new Scanner(source.Name, source.Text);
        _source = source;
        _files = files;
        _places = places;
    }

    /// <summary>Reads a document. An object's fields go where they belong; an array is handed back.</summary>
    /// <param name="into">Takes the fields.</param>
    /// <param name="place">Where that object stands.</param>
    internal ArrayNode? ReadDocument(ObjectNode into, Place place)
    {
        ArrayNode? array = null;
        _at.SkipLines();
        if (_at.Peek() == '[')
            array = ReadArray();
        else if (_at.Take('{'))
            ReadFields(into, place, '}');
        else if (_source.IsJson)
            throw _at.Expected("'{' or '[', with which JSON begins");
        else
            ReadFields(into, place, Scanner.End);

        _at.SkipLines();
        return _at.IsAtEnd ? array : throw _at.Expected("the end of the text after the last bracket");
    }

    /// <summary>Reads one value and nothing else.</summary>
    internal Node ReadSingleValue(Place place)
    {
        _at.SkipLines();
        var value = ReadValue(place);
        _at.SkipLines();
        return _at.IsAtEnd ? value : throw _at.Expected("the end of the value");
    }

    /// <summary>Reads fields up to what ends them: a brace, or the end of the text where there are no braces.</summary>
    private void ReadFields(ObjectNode into, Place place, int close)
    {
        _at.SkipLines();
        while (_at.Peek() != close)
        {
            if (IsAtInclude)
                ReadInclude(into, place);
            else
                ReadField(into, place, close);

            if (!ReadSeparator(close))
                break;
        }

        if (close != Scanner.End)
            _at.Move();
    }

    private void ReadField(ObjectNode into, Place place, int close)
    {
        var path = PathReader.Read(_at, close == '}' ? "a key or '}'" : "a key");
        CheckDepth(place.Path.Count + path.Count);
        _at.SkipLines();
        if (_at.Peek() == '+' && _at.Peek(1) == '=')
        {
            _at.Move(2);
            into.Add(path, ReadAppending(place.Below(path)));
            return;
        }

        if (!_at.Take(':') && !_at.Take('=') && _at.Peek() != '{')
            throw _at.Expected("':', '=', '+=' or '{' after a key");

        _at.SkipLines();
        into.Add(path, ReadValue(place.Below(path)));
    }

    private AppendingNode ReadAppending(Place place)
    {
        _at.SkipLines();
        var added = new ArrayNode(_at.Origin);
        var before = new SubstitutionNode(added.Origin, place.Path, isOptional: true) { Places = [place with { Path = HoconPath.Root }], AsksEnvironment = false };
        var readBefore = _substitutions.Count;
        added.Elements.Add(ReadValue(null));
        var looksBack = _substitutions.Skip(readBefore).Any(read => read.Places.Any(from => from.Path.Append(read.Path)[0] == place.Path[0]));
        return new AppendingNode(before, added, !looksBack);
    }

    /// <summary>Reads what stands between two fields or elements: a comma, newlines, or both. False: the end is reached instead.</summary>
    private bool ReadSeparator(int close)
    {
        var isNewLine = _at.SkipLines();
        var isComma = _at.Take(',');
        if (isComma)
            _at.SkipLines();

        if (_at.Peek() == close)
            return false;

        return isComma || isNewLine ? true : throw _at.Expected(close switch
        {
            Scanner.End => "a comma or a new line",
            var bracket => $"a comma, a new line or '{(char)bracket}'",
        });
    }

    private void CheckDepth(int depth)
    {
        if (depth > _files.Limits.DepthMax)
            throw _at.Wrong($"expected at most {_files.Limits.DepthMax} objects and lists within each other, found more");
    }
}
