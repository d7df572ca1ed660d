using System.Runtime.CompilerServices;
using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Watches one invariant from outside: what clients and the wire see, and what the disk holds. Never asks the engine.</summary>
internal abstract class Checker
{
    /// <summary>What is watched.</summary>
    public required Observations Seen { get; init; }

    /// <summary>The name of the invariant.</summary>
    public virtual string Invariant => GetType().Name;

    /// <summary>The server has handed a frame to a transport.</summary>
    public virtual void OnSent(LinkView link, ServerFrame frame) { }

    /// <summary>A client's frame has reached the server.</summary>
    public virtual void OnArrived(LinkView link, ClientFrame frame) { }

    /// <summary>A subscription begins, or begins anew: <paramref name="former"/> is what it was on the same connection.</summary>
    public virtual void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former) { }

    /// <summary>An event is on the disk.</summary>
    public virtual void OnDurable(TrueEvent durable) { }

    /// <summary>The application of a client is handed an event.</summary>
    public virtual void OnDelivered(SimulatedClient client, ClientEffect.Deliver delivery) { }

    /// <summary>A publish has ended, as its publisher sees it.</summary>
    public virtual void OnPublishEnded(PublishRecord publish, RequestOutcome outcome) { }

    /// <summary>The node has crashed.</summary>
    public virtual void OnCrash() { }

    /// <summary>A backup was restored.</summary>
    public virtual void OnRestored() { }

    /// <summary>Faults are over, everything has come to rest, everybody is still there.</summary>
    public virtual void AtRest() { }

    protected void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref BrokenPromise message)
    {
        if (!holds)
            Fail(message.Take());
    }

    protected void Fail(string message) => Seen.Violate(new Violation(Invariant, message));
}
