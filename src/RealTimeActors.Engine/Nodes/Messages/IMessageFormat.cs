namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>How values of one type look between nodes, whatever the type.</summary>
internal interface IMessageFormat
{
    /// <summary>The layout in words: two nodes that say the same read each other.</summary>
    string Shape { get; }

    /// <summary>A <see cref="WriteMessage{T}"/>.</summary>
    Delegate Writer { get; }

    /// <summary>A <see cref="ReadMessage{T}"/>.</summary>
    Delegate Reader { get; }
}
