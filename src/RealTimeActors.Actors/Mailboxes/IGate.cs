namespace RealTimeActors.Actors.Mailboxes;

/// <summary>
/// Lets one in at a time. With threads it is a lock; on a single thread it does nothing, which is why the kernel does not lock by itself.
/// </summary>
public interface IGate
{
    /// <summary>Waits until nobody else is inside. Never entered twice by the same caller.</summary>
    void Enter();

    /// <summary>Lets the next one in.</summary>
    void Leave();
}
