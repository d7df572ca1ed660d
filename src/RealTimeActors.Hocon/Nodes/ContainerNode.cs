namespace RealTimeActors.Hocon.Nodes;

/// <summary>An array or an object.</summary>
internal abstract class ContainerNode(HoconOrigin origin) : Node(origin)
{
    /// <summary>Whether it is just being turned into values: to come here again is a circle.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>The concatenation that it is the value of; null: it was written as it is. What was put together may look back at what was there before.</summary>
    internal Node? MadeBy { get; set; }
}
