namespace RealTimeActors.Hocon.Nodes;

/// <summary>The value of a key as an element of an array: an object with numbers for keys was asked to be one.</summary>
internal sealed class SlotNode(Slot slot, HoconOrigin origin) : Node(origin)
{
    internal Slot Slot { get; } = slot;
}
