namespace RealTimeActors.Hocon;

/// <summary>A string, a number, a boolean or null.</summary>
public sealed class HoconScalar : HoconValue
{
    internal HoconScalar(HoconKind kind, string text, HoconOrigin origin)
        : base(origin)
    {
        Kind = kind;
        Text = text;
    }

    public override HoconKind Kind { get; }

    /// <summary>The string; of everything else how it was written: <c>1e5</c>, <c>true</c>, <c>null</c>.</summary>
    public string Text { get; }
}
