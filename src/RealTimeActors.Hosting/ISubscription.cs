namespace RealTimeActors.Hosting;

/// <summary>A channel that is being followed in this process. Dispose of it to stop; what has a name keeps its place and goes on there the next time.</summary>
public interface ISubscription : IAsyncDisposable
{
    /// <summary>The name of the channel.</summary>
    string Channel { get; }

    /// <summary>The name of the subscriber; null: it has none, and no place to come back to.</summary>
    string? Subscriber { get; }

    /// <summary>Ends when no event will be handed over any more: well after it was disposed of or the host stopped; with the fault when the handler failed for good or
    /// the node ended it. The event whose handler failed is not acked.</summary>
    Task Completion { get; }

    /// <summary>Stops and forgets the place: the next subscription of this name begins as for the first time.</summary>
    Task ForgetAsync();
}
