using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RealTimeActors.Hocon;

/// <summary>Values by their key, in the order in which the keys were first written.</summary>
public sealed class HoconObject : HoconValue, IEnumerable<KeyValuePair<string, HoconValue>>
{
    private readonly OrderedDictionary<string, HoconValue> _members;

    internal HoconObject(OrderedDictionary<string, HoconValue> members, HoconOrigin origin)
        : base(origin) => _members = members;

    public override HoconKind Kind => HoconKind.Object;

    public int Count => _members.Count;

    public IEnumerable<string> Keys => _members.Keys;

    public IEnumerable<HoconValue> Values => _members.Values;

    public HoconValue this[string key] => _members[key];

    public bool ContainsKey(string key) => _members.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out HoconValue value) => _members.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, HoconValue>> GetEnumerator() => _members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>This object, and what only the other has. Objects that both have are merged in turn, as duplicate keys of one file would be.</summary>
    public HoconObject WithFallback(HoconObject other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var merged = new OrderedDictionary<string, HoconValue>(_members, StringComparer.Ordinal);
        foreach (var (key, below) in other)
        {
            if (!merged.TryGetValue(key, out var above))
                merged.Add(key, below);
            else if (above is HoconObject one && below is HoconObject two)
                merged[key] = one.WithFallback(two);
        }

        return new HoconObject(merged, Origin);
    }

    /// <summary>The values of the keys that are numbers, in their order; null where there is no such key. This is how files without lists (.properties) write them.</summary>
    internal HoconArray? NumberedMembers()
    {
        var numbered = _members
            .Where(member => TryIndex(member.Key, out _))
            .OrderBy(member => TryIndex(member.Key, out var index) ? index : 0)
            .Select(member => member.Value)
            .ToList();
        return numbered.Count == 0 ? null : new HoconArray(numbered, Origin);
    }

    internal static bool TryIndex(string key, out int index) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out index);
}
