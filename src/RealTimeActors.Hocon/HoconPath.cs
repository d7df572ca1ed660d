using System.Collections;
using RealTimeActors.Hocon.Syntax;

namespace RealTimeActors.Hocon;

/// <summary>The way to a value: keys from the outside in. Written with dots; what holds a dot itself, or anything that an unquoted string may not hold, stands in quotes.</summary>
public sealed class HoconPath : IReadOnlyList<string>, IEquatable<HoconPath>
{
    private readonly string[] _keys;

    /// <summary>A path of these keys, whatever they hold.</summary>
    public HoconPath(params IEnumerable<string> keys) => _keys = [.. keys];

    /// <summary>The path of no key: the root.</summary>
    public static HoconPath Root { get; } = new([]);

    public int Count => _keys.Length;

    public string this[int index] => _keys[index];

    /// <summary>Reads a path expression, as <c>a.b."c.d"</c>.</summary>
    /// <exception cref="HoconException">It is none; the place is the one within the path.</exception>
    public static HoconPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PathReader.ReadWhole(new Scanner("path", text));
    }

    /// <summary>This path and the other below it.</summary>
    public HoconPath Append(HoconPath below)
    {
        ArgumentNullException.ThrowIfNull(below);
        return Count == 0 ? below : below.Count == 0 ? this : new HoconPath(_keys.Concat(below._keys));
    }

    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_keys).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(HoconPath? other) => other is not null && _keys.AsSpan().SequenceEqual(other._keys);

    public override bool Equals(object? obj) => Equals(obj as HoconPath);

    public override int GetHashCode() => _keys.Aggregate(Count, HashCode.Combine);

    /// <summary>As a path expression, with quotes where they are needed.</summary>
    public override string ToString() => string.Join('.', _keys.Select(Quoted));

    private static string Quoted(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : JsonText.Quote(key);
}
