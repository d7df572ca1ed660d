using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Hocon;

/// <summary>A value of a resolved configuration. Never changes; safe to share.</summary>
public abstract partial class HoconValue
{
    private protected HoconValue(HoconOrigin origin) => Origin = origin;

    /// <summary>Where the value was written. What came from the environment has the place of its substitution.</summary>
    public HoconOrigin Origin { get; }

    public abstract HoconKind Kind { get; }

    /// <summary>The value at a path below this one. Elements of arrays are reached by their index.</summary>
    /// <exception cref="HoconException">There is none, or the path is none.</exception>
    public HoconValue Get(string path) =>
        TryGet(HoconPath.Parse(path), out var value) ? value : throw new HoconException(Origin, $"expected a value at {path}, found none");

    /// <summary>Whether there is a value at a path below this one, and which.</summary>
    public bool TryGet(HoconPath path, [NotNullWhen(true)] out HoconValue? value)
    {
        ArgumentNullException.ThrowIfNull(path);
        value = this;
        foreach (var key in path)
        {
            value = value switch
            {
                HoconObject inner when inner.TryGetValue(key, out var member) => member,
                HoconArray array when int.TryParse(key, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
            if (value is null)
                return false;
        }

        return true;
    }

    /// <summary>As JSON. Numbers stay as they were written.</summary>
    public string ToJson(bool indented = false) => JsonText.Render(this, indented);

    /// <summary>The same as <see cref="ToJson"/>, on one line.</summary>
    public override string ToString() => ToJson();
}
