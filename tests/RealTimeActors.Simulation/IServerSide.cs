using RealTimeActors.Actors;
using RealTimeActors.Engine;
using RealTimeActors.Simulation.Faults;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Simulation;

/// <summary>What clients are connected to: one node, or a cluster of them.</summary>
internal interface IServerSide : IDisposable
{
    /// <summary>What is written is there; it outlives everything.</summary>
    SimulatedDisk Disk { get; }

    /// <summary>Whether all of it runs.</summary>
    bool IsUp { get; }

    /// <summary>Nothing is on its way to the disk or from it.</summary>
    bool IsDiskIdle { get; }

    /// <summary>The engine of a node that runs; null: none does.</summary>
    RealTimeEngine? Engine { get; }

    /// <summary>For how long a node has been linked with the one that has a session; a node is so with itself for ever.</summary>
    TimeSpan LinkedFor(string node, string session);

    /// <summary>The first exception that an actor did not catch and that is not the way to say that its stream cannot be read; null: none.</summary>
    ActorFault? UnexpectedFault(FaultPlan plan);

    /// <summary>Starts what does not run.</summary>
    void Start();

    /// <summary>From one moment to the next nothing of it runs any more, and what was not flushed is lost.</summary>
    void Crash();

    /// <summary>An actor ends, as one whose supervisor has given it up.</summary>
    void End(ActorCell actor);

    /// <summary>Makes a backup. What is answered puts it back, while nothing runs.</summary>
    Action BackUp();
}
