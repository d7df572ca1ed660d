using RealTimeActors.Actors.Mailboxes;

namespace RealTimeActors.Dispatch;

/// <summary>A gate that is a lock.</summary>
internal sealed class LockGate : IGate
{
    private readonly Lock _lock = new();

    public void Enter() => _lock.Enter();

    public void Leave() => _lock.Exit();
}
