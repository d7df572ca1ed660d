using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Has dead letters published again, one or all, in the middle of everything; and at the end until none is left that could be.</summary>
internal sealed class Postmaster(SimulatedWorld world, IServerSide node, Observations seen) : IWorkload
{
    private readonly Xoshiro256 _chance = world.Entropy.Fork("postmaster").Numbers;
    private readonly ChannelName _channel = ChannelName.Parse(seen.Plan.Nacks!.Channel.Name);
    private bool _isBusy = true;
    private long? _publishedUpTo;
    private TimeSpan _askedAt;

    public bool IsBusy
    {
        set => _isBusy = value;
    }

    public void Start() => world.Time.Every(() => _chance.Ms(80, 900), () => _isBusy, () =>
    {
        var letters = seen.Truth.Head(seen.Plan.Nacks!.Letters.Name);
        Ask(_chance.OneIn(2) && letters > 0 ? 1 + _chance.Below((int)letters + 1) : null, _ => { });
    });

    public string? Unfinished()
    {
        // Who was away when nobody waited for anything comes back with what he nacked before.
        if (_publishedUpTo >= seen.Truth.Head(seen.Plan.Nacks!.Letters.Name))
            return null;

        if (seen.Redelivery.Unresolved() is { } unresolved)
            return unresolved;

        // An answer may be lost with the node.
        if (_askedAt == default || seen.Now - _askedAt > TimeSpan.FromMilliseconds(700))
        {
            _askedAt = seen.Now;
            Ask(null, reply => _publishedUpTo = reply is ReplayReply.Replayed { Next: null } replayed && seen.Redelivery.MayStay(replayed) ? replayed.UpTo : null);
        }

        return "not all dead letters are published again";
    }

    public void Leave()
    {
        // He has no connection.
    }

    private void Ask(long? offset, Action<ReplayReply> then)
    {
        seen.Note($"a replay of {(offset is null ? "all" : $"letter {offset}")} is asked for");
        node.Engine?.Replays.Tell(new ReplayCommand.Replay(_channel, offset, null, new Desk<ReplayReply>("postmaster", reply =>
        {
            seen.Redelivery.OnReplayed(reply);
            then(reply);
        })));
    }
}
