using RealTimeActors.Client.Machine.Subscriptions;

namespace RealTimeActors.Client.Running;

/// <summary>Whoever follows a channel, as the loop sees it.</summary>
internal interface IFollower
{
    /// <summary>The machine's part of it, once there is one.</summary>
    ClientSubscription? Inner { get; }

    /// <summary>The machine begins to follow for it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be followed.</exception>
    void Begin(Machine.ClientMachine machine, TimeSpan now);

    /// <summary>Something should be known of it.</summary>
    void Enqueue(object item);

    /// <summary>It is over, and well.</summary>
    void End();

    /// <summary>It is over, and not well.</summary>
    void Fail(Exception fault);
}
