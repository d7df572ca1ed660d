using RealTimeActors.Actors;

namespace RealTimeActors.Persistence.Tck.Cluster;

/// <summary>A ref that is told one answer.</summary>
internal sealed class Asked<TReply> : IActorRef<TReply>
    where TReply : class
{
    private readonly TaskCompletionSource<TReply> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActorPath Path { get; } = new(null, "asked");

    internal Task<TReply> Answer => _told.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public void Tell(TReply message) => _told.SetResult(message);
}
