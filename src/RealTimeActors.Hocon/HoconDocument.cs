using RealTimeActors.Hocon.Nodes;
using RealTimeActors.Hocon.Resolving;
using RealTimeActors.Hocon.Syntax;

namespace RealTimeActors.Hocon;

/// <summary>A configuration that is put together of files, texts and single settings, the later over the earlier, and resolved as a whole.</summary>
/// <example><code>
/// var settings = new HoconDocument(HoconOptions.WithEnvironment()).AddFile("my.conf").Set("http.port", "8081", "--set").Resolve();
/// var port = settings.Get("http.port").AsInt32();
/// </code></example>
public sealed class HoconDocument(HoconOptions? options = null)
{
    private readonly HoconOptions _options = options ?? HoconOptions.Default;
    private readonly SourceFiles _files = new((options ?? HoconOptions.Default).Limits);
    private ObjectNode? _root;
    private bool _isResolved;

    /// <summary>The files that were read, and those that an include looked for: when one of them changes, the configuration may.</summary>
    public IReadOnlyList<string> Files => _files.Looked;

    /// <summary>Reads one text, which may be an object or a list.</summary>
    public static HoconValue ParseText(string text, string name = "text", HoconOptions? options = null)
    {
        var document = new HoconDocument(options);
        return document.ResolveNode(document.Read(document.SourceOf(text, name)));
    }

    /// <summary>Reads one file (.conf, .json or .properties), which may be an object or a list.</summary>
    public static HoconValue ParseFile(string path, HoconOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var document = new HoconDocument(options);
        return document.ResolveNode(document.Read(document._files.Open(path)));
    }

    /// <summary>Adds a file (.conf, .json or .properties), which has to be an object.</summary>
    /// <exception cref="HoconException">It is missing, or it is none.</exception>
    public HoconDocument AddFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Add(_files.Open(path));
    }

    /// <summary>Adds a text, which has to be an object.</summary>
    /// <param name="text">HOCON, with or without the outer braces.</param>
    /// <param name="name">Stands in messages where a file would.</param>
    /// <exception cref="HoconException">It is none.</exception>
    public HoconDocument AddText(string text, string name = "text") => Add(SourceOf(text, name));

    /// <summary>Sets one value. It takes the place of what stands there, also of an object or a list; where it is undefined (<c>${?x}</c>), what stands there remains.</summary>
    /// <param name="path">Of one key at least.</param>
    /// <param name="value">A value as it would stand in a file.</param>
    /// <param name="name">Stands in messages where a file would.</param>
    /// <exception cref="HoconException">The value is none.</exception>
    public HoconDocument Set(HoconPath path, string value, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfZero(path.Count);
        return Set(path, ReaderOf(SourceOf(value, name)).ReadSingleValue(Place.Root.Below(path)));
    }

    /// <summary>Sets a text, whatever it holds.</summary>
    public HoconDocument SetText(HoconPath path, string text, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfZero(path.Count);
        return Set(path, new LiteralNode(HoconKind.String, text, new HoconOrigin(name, 0, 0)));
    }

    /// <summary>Resolves everything that was added. Nothing can be added afterwards.</summary>
    /// <exception cref="HoconException">A substitution leads nowhere or in a circle, values cannot be concatenated, or a limit is exceeded.</exception>
    public HoconObject Resolve() => (HoconObject)ResolveNode(RootOf("text"));

    private HoconDocument Add(SourceText source) =>
        Read(source) is ArrayNode array ? throw Scanner.Expected("an object", array.Origin, "a list") : this;

    private HoconDocument Set(HoconPath path, Node value)
    {
        RootOf(value.Origin.File).Add(path, new ReplacingNode(value));
        return this;
    }

    private Node Read(SourceText source)
    {
        var root = RootOf(source.Name);
        if (!source.IsProperties)
            return ReaderOf(source).ReadDocument(root, Place.Root) ?? (Node)root;

        PropertiesReader.Read(source, root, _options.Limits);
        return root;
    }

    private ObjectNode RootOf(string name) =>
        _isResolved ? throw new InvalidOperationException("The configuration is resolved: nothing can be added.") : _root ??= new ObjectNode(new HoconOrigin(name, 1, 1));

    private HoconReader ReaderOf(SourceText source) => new(source, _files, [Place.Root]);

    private SourceText SourceOf(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= _options.Limits.FileBytesMax
            ? new SourceText(name, text, null, null)
            : throw new HoconException(new HoconOrigin(name, 0, 0), $"expected at most {_options.Limits.FileBytesMax} characters, found more");
    }

    private HoconValue ResolveNode(Node node)
    {
        var root = RootOf("text");
        _isResolved = true;
        return new Resolver(root, _options).Resolve(node);
    }
}
