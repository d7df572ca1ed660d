namespace RealTimeActors.Edge.EventStreams;

/// <summary>A page of a log.</summary>
/// <param name="Epoch">Its life; empty: the position that was asked for is of another one, or beyond the head.</param>
/// <param name="First">The oldest offset that is retained; head + 1 where none is.</param>
/// <param name="Head">The newest.</param>
/// <param name="Run">The events; null: there are none.</param>
internal sealed record LogPage(string Epoch, long First, long Head, EncodedRun? Run)
{
    internal static LogPage OfAnotherLife { get; } = new("", 0, 0, null);
}
