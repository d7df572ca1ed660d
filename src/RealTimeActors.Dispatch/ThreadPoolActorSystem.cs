using RealTimeActors.Actors;

namespace RealTimeActors.Dispatch;

/// <summary>The actor system of a real process: thread pool and, unless told otherwise, real time.</summary>
public sealed class ThreadPoolActorSystem : ActorKernel, IAsyncDisposable
{
    /// <summary>A system without actors.</summary>
    /// <param name="time">The time door; <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="dispatcher">The order door; one with the default fairness when null.</param>
    public ThreadPoolActorSystem(TimeProvider? time = null, ThreadPoolDispatcher? dispatcher = null)
        : base(dispatcher ?? new ThreadPoolDispatcher(), time ?? TimeProvider.System)
    {
    }

    /// <summary>
    /// Stops all actors, the youngest top actor first, and waits until the last has ended. When the wait is cancelled, stopping goes on.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        StopAll(() => stopped.TrySetResult());
        return stopped.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops all actors and waits for them.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();
}
