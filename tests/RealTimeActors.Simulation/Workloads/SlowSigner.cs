using RealTimeActors.Actors;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Integrity;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Signs checkpoints, after a while, and now and then not: a key store that is somewhere else. A crash may come between.</summary>
internal sealed class SlowSigner(SimulatedWorld world) : ICheckpointSigner, IWorkload
{
    private readonly Xoshiro256 _chance = world.Entropy.Fork("signer").Numbers;
    private readonly SimulatedSigner _signer = new();

    public bool IsBusy { private get; set; } = true;

    public string KeyId => _signer.KeyId;

    public void Sign(ReadOnlyMemory<byte> text, long number, IActorRef<CheckpointSigned> replyTo)
    {
        _signer.FailsFor = IsBusy && _chance.OneIn(12) ? 1 : 0;
        if (_chance.OneIn(2))
        {
            _signer.Sign(text, number, replyTo);
            return;
        }

        var fails = _signer.FailsFor;
        world.Time.After(_chance.Ms(0, IsBusy ? 60 : 2), () =>
        {
            _signer.FailsFor = fails;
            _signer.Sign(text, number, replyTo);
        });
    }

    public void Start()
    {
        // It is asked.
    }

    public string? Unfinished() => null;

    public void Leave()
    {
        // It stays as long as the node.
    }
}
