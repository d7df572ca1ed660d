namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>How values of one type look between nodes.</summary>
internal sealed record MessageFormat<T>(string Shape, WriteMessage<T> Write, ReadMessage<T> Read) : IMessageFormat
{
    public Delegate Writer => Write;

    public Delegate Reader => Read;
}
