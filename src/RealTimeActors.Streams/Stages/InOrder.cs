namespace RealTimeActors.Streams.Stages;

/// <summary>Nothing overtakes: what has passed debounce waits until nothing older is held there.</summary>
internal static class InOrder
{
    internal static bool MayLeave<T>(in Element<T> element, Debounce<T>? debounce) => debounce?.OldestOffset is not { } oldest || element.Offset < oldest;
}
