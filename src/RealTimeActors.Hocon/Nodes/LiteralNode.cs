namespace RealTimeActors.Hocon.Nodes;

/// <summary>A string, number, boolean or null; or the blanks between two values, which count only where the values become a string.</summary>
internal sealed class LiteralNode(HoconKind kind, string text, HoconOrigin origin, bool isBlank = false) : Node(origin)
{
    internal HoconKind Kind { get; } = kind;

    internal string Text { get; } = text;

    internal bool IsBlank { get; } = isBlank;

    internal override bool HidesEarlier => true;
}
