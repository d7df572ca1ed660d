using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Journals;

namespace RealTimeActors.Engine.Tests.Harness;

/// <summary>One node on a simulated disk, in virtual time: everything is real but the doors.</summary>
internal sealed class TestNode
{
    private ActorKernel _system;
    private SimulatedJournal _journal;
    private readonly EngineMeters? _meters;
    private readonly ITraces? _traces;

    internal TestNode(EngineOptions? options = null, ulong seed = 1, EngineMeters? meters = null, ITraces? traces = null)
    {
        _meters = meters;
        _traces = traces;
        Options = options ?? new EngineOptions();
        World = new SimulatedWorld(seed);
        Disk = new SimulatedDisk(World.Entropy.Fork("disk"));
        (_system, _journal, Engine) = Start();
    }

    internal EngineOptions Options { get; set; }

    internal SimulatedWorld World { get; }

    internal SimulatedDisk Disk { get; }

    internal RealTimeEngine Engine { get; private set; }

    internal static EngineOptions With(string pattern, ChannelSettings settings) => new() { Channels = [(ChannelPattern.Parse(pattern), settings)] };

    /// <summary>kill -9: what was not flushed is gone, and so is every connection.</summary>
    /// <param name="meanwhile">What happens to the disk while nothing runs.</param>
    internal void CrashAndRestart(Action? meanwhile = null)
    {
        _journal.Crash();
        _system.Kill();
        meanwhile?.Invoke();
        (_system, _journal, Engine) = Start();
    }

    /// <summary>A client that has said hello and was welcomed.</summary>
    internal TestClient Connect(WireFormat format = WireFormat.WebSocketJson, string hello = "") => Accept(format).Hello(hello);

    /// <summary>A connection that has said nothing yet.</summary>
    internal TestClient Accept(WireFormat format = WireFormat.WebSocketJson) => new(this, format);

    /// <summary>Lets everything that is under way come to rest; the disk takes a few milliseconds.</summary>
    internal void Settle() => World.Advance(TimeSpan.FromMilliseconds(500));

    private (ActorKernel System, SimulatedJournal Journal, RealTimeEngine Engine) Start()
    {
        var system = World.NewSystem();
        var journal = new SimulatedJournal(Disk, World.Time);
        return (system, journal, new RealTimeEngine(system, journal, World.Entropy.Fork($"node-{World.Time.Elapsed}"), Options, authenticator: null, _meters, _traces));
    }
}
