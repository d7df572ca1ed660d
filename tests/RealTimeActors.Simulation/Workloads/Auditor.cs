using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Asks for signed checkpoints, and for proofs of single events with some of their fields, in the middle of everything.</summary>
internal sealed class Auditor(SimulatedWorld world, IServerSide node, Observations seen) : IWorkload
{
    private readonly Xoshiro256 _chance = world.Entropy.Fork("auditor").Numbers;

    public bool IsBusy { private get; set; } = true;

    public void Start() => world.Time.Every(() => _chance.Ms(30, 400), () => IsBusy, Ask);

    public string? Unfinished() => null;

    public void Leave()
    {
        // He has no connection.
    }

    private void Ask()
    {
        if (node.Engine?.Checkpoints is not { } checkpoints)
            return;

        if (_chance.OneIn(2))
        {
            checkpoints.Tell(new CheckpointCommand.ShowLatest(_chance.OneIn(2), Desk(seen.Proof.OnShown)));
            return;
        }

        var channel = _chance.Pick([.. seen.Plan.AllChannels.Where(channel => channel.IsDurable)]).Name;
        var head = seen.Truth.Head(channel);
        if (head == 0)
            return;

        IReadOnlyCollection<string>? fields = _chance.OneIn(2) ? null : ["n"];
        checkpoints.Tell(new CheckpointCommand.Prove(ChannelName.Parse(channel), 1 + _chance.Below((int)head), fields, Desk(seen.Proof.OnShown)));
    }

    private static Desk<CheckpointReply> Desk(Action<CheckpointReply> take) => new("auditor", take);
}
