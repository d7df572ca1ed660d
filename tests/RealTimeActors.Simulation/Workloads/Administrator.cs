using RealTimeActors.Engine;
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

    public void Start() => world.Time.Every(() => _chance.Ms(100, 1_500), () => IsBusy, Act);

    /// <summary>Two nodes lose each other. Who is connected to one of them is put out soon: now and then while the one that sees to it does not reach him.</summary>
    public void OnParted(string one, string other)
    {
        for (var within = 4; within <= 64; within *= 4)
            world.Time.After(_chance.Ms(1, within), () => PutOutAt(one, other));
    }

    private void PutOutAt(string one, string other)
    {
        if (!IsBusy || node.Engine is not { } engine)
            return;

        string?[] users = [.. seen.Links.Where(link => link.Link.IsOpen && (link.Link.Host == one || link.Link.Host == other)).Select(link => seen.Plan.Clients.FirstOrDefault(client => client.Name == link.Link.Label)?.User)];
        if (users.Length > 0 && _chance.Pick(users) is { } user)
            PutOut(engine, user, revokes: _chance.OneIn(2), staysAway: false);
    }

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

        PutOut(engine, user, revokes: !_chance.OneIn(3), staysAway: _chance.OneIn(4));
    }

    private void PutOut(RealTimeEngine engine, string user, bool revokes, bool staysAway)
    {
        var links = seen.Access.LinksOf(user);
        seen.Note($"{user} is put out{(revokes ? ", and his tokens" : "")}");
        engine.Users.Tell(new UserCommand.Disconnect(user, revokes, staysAway, null, new Desk<UserReply>("administrator", reply => seen.Access.OnReceipt(links, reply))));
    }
}
