namespace RealTimeActors.Edge.Metrics;

/// <summary>Where <c>/metrics</c> gets its figures from. An application without one has no such address.</summary>
public interface IMetricsSource
{
    /// <summary>All figures as they are now, or were a moment ago: whoever asks while others do gets the same answer, so that asking often costs little.</summary>
    /// <param name="format">How they are written.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    Task<ReadOnlyMemory<byte>> ScrapeAsync(MetricsFormat format, CancellationToken cancellationToken);
}
