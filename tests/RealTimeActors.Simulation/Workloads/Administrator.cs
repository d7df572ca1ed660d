using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Puts users out and takes them off channels, in the middle of everything.</summary>
internal sealed class Administrator(SimulatedWorld world, IServerSide node, Observations seen)
{
    private readonly Xoshiro256 _chance = world.Entropy.Fork("administrator").Numbers;

    /// <summary>Whether it goes on.</summary>
    public bool IsBusy { get; set; } = true;

    public void Start() => world.Time.Every(() => seen.Plan.Access!.PutsOutOften ? _chance.Ms(20, 200) : _chance.Ms(100, 1_500), () => IsBusy, Act);

    private void Act()
    {
        if (node.Engine is not { } engine)
            return;

        var user = _chance.Pick([.. seen.Plan.Clients]).User;
        if (_chance.OneIn(4))
        {
            var channel = _chance.Pick([.. seen.Plan.Channels]).Name;
            seen.Note($"{user} is taken off {channel}");
            seen.Cursors.TakenOff(user, channel);
            engine.Users.Tell(new UserCommand.Unsubscribe(user, ChannelPattern.Parse(channel), null, new Desk<UserReply>("administrator", _ => { })));
            return;
        }

        var (revokes, staysAway) = (!_chance.OneIn(3), _chance.OneIn(4));
        var links = seen.Access.LinksOf(user);
        seen.Note($"{user} is put out{(revokes ? ", and his tokens" : "")}");
        engine.Users.Tell(new UserCommand.Disconnect(user, revokes, staysAway, null, new Desk<UserReply>("administrator", reply => seen.Access.OnReceipt(links, reply))));
    }
}
