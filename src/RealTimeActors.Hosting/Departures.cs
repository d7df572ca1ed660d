using RealTimeActors.Actors;
using RealTimeActors.Engine.Connections;

namespace RealTimeActors.Hosting;

/// <summary>Counts the edges that have no connections any more.</summary>
internal sealed class Departures(int edges) : IActorRef<AllClosed>
{
    private readonly TaskCompletionSource _allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _remaining = edges;

    public ActorPath Path { get; } = new(null, "departures");

    /// <summary>Completes when the last edge has answered.</summary>
    internal Task AllLeft => _allLeft.Task;

    public void Tell(AllClosed message)
    {
        if (Interlocked.Decrement(ref _remaining) == 0)
            _allLeft.TrySetResult();
    }
}
