namespace RealTimeActors.Streams.Stages;

/// <summary>An element in its lane, and since when its place is waited for: a replacement inherits that from the one it replaced.</summary>
internal struct WaitingElement<T>
{
    internal Element<T> Element;
    internal long SinceUnixMs;
}
