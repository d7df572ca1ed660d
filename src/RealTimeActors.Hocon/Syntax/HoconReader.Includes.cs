using RealTimeActors.Hocon.Nodes;

namespace RealTimeActors.Hocon.Syntax;

internal sealed partial class HoconReader
{
    private const string Include = "include";

    /// <summary>Whether a field begins with the unquoted word <c>include</c>.</summary>
    private bool IsAtInclude => _at.Looks(Include) && (_at.Peek(Include.Length) is '"' or '\n' or Scanner.End or ':' or '=' or '{' or '+' || Scanner.IsBlank(_at.Peek(Include.Length)));

    private void ReadInclude(ObjectNode into, Place place)
    {
        var origin = _at.Origin;
        _at.Move(Include.Length);
        _at.SkipLines();
        var isRequired = _at.Looks("required(");
        if (isRequired)
            Open("required(");

        foreach (var unsupported in (string[])["url(", "classpath("])
        {
            if (_at.Looks(unsupported))
                throw _at.Expected("a file to include, as include \"other.conf\"", $"{unsupported}…), which is not supported");
        }

        var isFile = _at.Looks("file(");
        if (isFile)
            Open("file(");

        if (_at.Peek() != '"')
            throw _at.Expected($"a file name in quotes after {Include} (write \"{Include}\" in quotes for a key of this name)");

        var name = QuotedText.Read(_at);
        if (!isFile && IsUrl(name))
            throw new HoconException(origin, "expected a file to include, found a URL, which is not supported");

        if (isFile)
            Close("file(");

        if (isRequired)
            Close("required(");

        foreach (var included in _files.Include(_source, name, isRequired, origin))
            ReadInto(included, into, place);
    }

    private void ReadInto(SourceText included, ObjectNode into, Place place)
    {
        if (included.IsProperties)
        {
            PropertiesReader.Read(included, into, _files.Limits);
            return;
        }

        // A path of the included file counts from where the file is included, or else from where the including file counts it.
        IReadOnlyList<Place> places = _places.Contains(place) ? _places : [place, .. _places];
        if (new HoconReader(included, _files, places).ReadDocument(into, place) is { } array)
            throw Scanner.Expected("an object in an included file", array.Origin, "a list");
    }

    private void Open(string word)
    {
        _at.Move(word.Length);
        _at.SkipLines();
    }

    private void Close(string word)
    {
        _at.SkipLines();
        if (!_at.Take(')'))
            throw _at.Expected($"')', which ends {word}…)");
    }

    private static bool IsUrl(string name) =>
        Uri.TryCreate(name, UriKind.Absolute, out var url) && name.StartsWith(url.Scheme + ":", StringComparison.OrdinalIgnoreCase)
        && url.Scheme is "http" or "https" or "ftp" or "file" or "jar";
}
