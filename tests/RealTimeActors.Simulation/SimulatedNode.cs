using RealTimeActors.Actors;
using RealTimeActors.Engine;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Connections;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Simulation.Faults;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Journals;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation;

/// <summary>One node made of the real engine, on a disk that outlives it.</summary>
internal sealed class SimulatedNode(SimulatedWorld world, SimulatedNetwork network, EngineOptions options, IAuthenticator? authenticator, EngineMeters? meters) : IServerSide
{
    private readonly List<ActorFault> _faults = [];
    private ActorKernel? _kernel;
    private SimulatedJournal? _journal;
    private int _starts;

    public SimulatedDisk Disk { get; } = new(world.Entropy.Fork("disk"));

    /// <summary>What holds after every other start: configurations change; null: always the same.</summary>
    public EngineOptions? EveryOther { get; init; }

    /// <summary>Who signs checkpoints; null: none are made.</summary>
    public ICheckpointSigner? Signer { get; init; }

    public bool IsUp => _kernel is not null;

    /// <summary>Nothing is on its way to the disk or from it.</summary>
    public bool IsDiskIdle => _journal?.IsIdle == true;

    public RealTimeEngine? Engine { get; private set; }

    public TimeSpan LinkedFor(string node, string session) => TimeSpan.MaxValue;

    /// <summary>The first exception that an actor did not catch and that is not the way to say that its stream cannot be read; null: none. Asked after every step.</summary>
    public ActorFault? UnexpectedFault(FaultPlan plan) =>
        _faults.Count == 0 ? null : FirstUnexpected(plan);

    public void Start()
    {
        _kernel = world.NewSystem();
        _kernel.ObserveFaults(_faults.Add);
        _journal = new SimulatedJournal(Disk, world.Time);

        // A process that starts again draws other ids, as a real one does.
        SeededEntropy entropy = world.Entropy.Fork($"node/{++_starts}");
        var present = EveryOther is { } other && _starts % 2 == 0 ? other : options;
        Engine = new RealTimeEngine(_kernel, _journal, entropy, present, new EngineServices { Authenticator = authenticator, Meters = meters ?? EngineMeters.None, Signer = Signer });
        network.Listen(transport => Engine.Open(transport));
    }

    /// <summary>From one moment to the next nothing of it runs any more, and what was not flushed is lost.</summary>
    public void Crash()
    {
        if (_kernel is null)
            return;

        _kernel.Kill();
        _journal!.Crash();
        _kernel = null;
        Engine = null;
        network.NodeDown();
    }

    /// <summary>An actor of this life of the node ends, as one whose supervisor has given it up.</summary>
    public void End(ActorCell actor) => _kernel?.Stop(actor);

    public Action BackUp()
    {
        var copy = Disk.TakeCopy();
        return () => Disk.Restore(copy);
    }

    public void Dispose() => Crash();

    private ActorFault? FirstUnexpected(FaultPlan plan) => _faults.Find(fault => fault.Exception is not JournalUnavailableException || !plan.FailedReads);

    /// <summary>The engine's end of a connection; null where there is none.</summary>
    public static Connection? EngineEndOf(SimulatedLink link) => link.Connection as Connection;
}
