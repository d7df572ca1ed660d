namespace RealTimeActors.Protocol.Json;

/// <summary>The members of an object, found by name: one by one where they are few, by their order where they are many, so that no choice of names makes it slow.</summary>
public sealed class JsonMemberIndex
{
    private const int ComparedOneByOneMax = 16;

    private readonly List<Member> _members = [];
    private readonly int[]? _byName;
    private readonly bool[] _taken;

    /// <summary>Indexes an object; a value that is none has no members.</summary>
    /// <param name="json">One value, well formed and without white space outside strings.</param>
    public JsonMemberIndex(ReadOnlyMemory<byte> json)
    {
        foreach (var (name, value) in new JsonMembers(json))
            _members.Add(new Member(name, JsonStrings.Canonical(name), value));

        _taken = new bool[_members.Count];
        if (_members.Count <= ComparedOneByOneMax)
            return;

        _byName = [.. Enumerable.Range(0, _members.Count)];
        Array.Sort(_byName, (one, other) => _members[one].Canonical.Span.SequenceCompareTo(_members[other].Canonical.Span));
    }

    /// <summary>How many there are.</summary>
    public int Count => _members.Count;

    /// <summary>A name, as it stands between its quotes.</summary>
    public ReadOnlyMemory<byte> NameAt(int at) => _members[at].Name;

    /// <summary>Its value.</summary>
    public ReadOnlyMemory<byte> ValueAt(int at) => _members[at].Value;

    /// <summary>Whether it was asked for.</summary>
    public bool IsTaken(int at) => _taken[at];

    /// <summary>Where the member of this name stands; -1: there is none.</summary>
    public int Take(ReadOnlyMemory<byte> name)
    {
        var at = Find(JsonStrings.Canonical(name).Span);
        if (at >= 0)
            _taken[at] = true;

        return at;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        if (_byName is null)
        {
            for (var at = 0; at < _members.Count; at++)
                if (_members[at].Canonical.Span.SequenceEqual(name))
                    return at;

            return -1;
        }

        var (low, high) = (0, _byName.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _members[_byName[middle]].Canonical.Span.SequenceCompareTo(name);
            if (order == 0)
                return _byName[middle];

            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    private readonly record struct Member(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Canonical, ReadOnlyMemory<byte> Value);
}
