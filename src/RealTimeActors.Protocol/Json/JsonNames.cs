using System.Buffers;

namespace RealTimeActors.Protocol.Json;

/// <summary>
/// The names seen so far in every object that is open: finds a repeated one.
/// </summary>
/// <remarks>Few names are compared one by one as they come. Many are sorted when the object ends: n log n whatever the names are, so that no
/// choice of names makes it slow (a hash without a random seed could be attacked, and Core has no random seed).</remarks>
internal ref struct JsonNames(Span<JsonNames.Name> initial)
{
    private const int ComparedOneByOneMax = 16;
    private Span<Name> _names = initial;
    private Name[]? _rented;
    private int _count;
    private int _first;

    /// <summary>An object begins.</summary>
    public void Enter()
    {
        Push(new Name(_first, -1, false));
        _first = _count;
    }

    /// <summary>The object ends. False: it had a name twice (only told here where it had many).</summary>
    public bool Leave(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch)
    {
        var names = _names[_first.._count];
        var isUnique = names.Length <= ComparedOneByOneMax || !HasRepeated(names, text, scratch);
        _count = _first - 1;
        _first = _names[_count].Start;
        return isUnique;
    }

    /// <summary>A name. False: this object has it already.</summary>
    public bool Add(Name name, ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch)
    {
        if (_count - _first < ComparedOneByOneMax)
        {
            var bytes = name.Of(text, scratch);
            foreach (var other in _names[_first.._count])
                if (other.Length == name.Length && other.Of(text, scratch).SequenceEqual(bytes))
                    return false;
        }

        Push(name);
        return true;
    }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<Name>.Shared.Return(_rented);

        _rented = null;
    }

    private void Push(Name name)
    {
        if (_count == _names.Length)
        {
            var larger = ArrayPool<Name>.Shared.Rent(_count * 2);
            _names.CopyTo(larger);
            Dispose();
            _names = _rented = larger;
        }

        _names[_count++] = name;
    }

    private static bool HasRepeated(Span<Name> names, ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch)
    {
        OrdinalSort.Sort(names, text, scratch);
        for (var i = 1; i < names.Length; i++)
            if (names[i].Of(text, scratch).SequenceEqual(names[i - 1].Of(text, scratch)))
                return true;

        return false;
    }

    /// <summary>Where the bytes of a name are: in the text itself or, without its escapes, in the scratch.</summary>
    internal readonly record struct Name(int Start, int Length, bool IsInScratch) : ISlice
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scratch) => (IsInScratch ? scratch : text).Slice(Start, Length);
    }
}
