using System.Collections;

namespace RealTimeActors.Hocon;

/// <summary>A list of values.</summary>
public sealed class HoconArray : HoconValue, IReadOnlyList<HoconValue>
{
    private readonly IReadOnlyList<HoconValue> _elements;

    internal HoconArray(IReadOnlyList<HoconValue> elements, HoconOrigin origin)
        : base(origin) => _elements = elements;

    public override HoconKind Kind => HoconKind.Array;

    public int Count => _elements.Count;

    public HoconValue this[int index] => _elements[index];

    public IEnumerator<HoconValue> GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
