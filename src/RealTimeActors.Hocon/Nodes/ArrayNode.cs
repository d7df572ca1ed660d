namespace RealTimeActors.Hocon.Nodes;

internal sealed class ArrayNode(HoconOrigin origin) : Node(origin)
{
    internal List<Node> Elements { get; } = [];

    /// <summary>Whether the array is just being turned into values: to come here again is a circle.</summary>
    internal bool IsOpen { get; set; }

    internal override bool HidesEarlier => true;
}
