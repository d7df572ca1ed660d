namespace RealTimeActors.Hocon.Nodes;

internal sealed class ArrayNode(HoconOrigin origin) : ContainerNode(origin)
{
    internal List<Node> Elements { get; } = [];

    internal override bool HidesEarlier => true;
}
