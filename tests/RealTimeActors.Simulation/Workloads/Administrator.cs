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
    /// <summary>So long a node that does not know who has the users keeps an order, and then it is carried out or given up.</summary>
    private static readonly TimeSpan _carriedOutWithin = TimeSpan.FromSeconds(5);

    /// <summary>What is refused may be done all the same, by edges that could be reached or when it is known that it is on the disk.</summary>
    private static readonly TimeSpan _refusedWithin = TimeSpan.FromSeconds(1);

    /// <summary>Every edge has done it; the clients of the last one hear of it.</summary>
    private static readonly TimeSpan _toldWithin = TimeSpan.FromMilliseconds(100);

    private readonly Xoshiro256 _chance = world.Entropy.Fork("administrator").Numbers;

    /// <summary>Of each order, until when it may still do something.</summary>
    private readonly List<TimeSpan> _mayActUntil = [];

    /// <summary>Whether it goes on.</summary>
    public bool IsBusy { get; set; } = true;

    /// <summary>Whether an order is under way. It counts from when it is carried out, not from when it was given: whoever has come back meanwhile is put out again.</summary>
    public bool MayStillAct => _mayActUntil.Exists(until => until > seen.Now);

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
            engine.Users.Tell(new UserCommand.Unsubscribe(user, ChannelPattern.Parse(channel), null, DeskFor(_ => { })));
            return;
        }

        PutOut(engine, user, revokes: !_chance.OneIn(3), staysAway: _chance.OneIn(4));
    }

    private void PutOut(RealTimeEngine engine, string user, bool revokes, bool staysAway)
    {
        var links = seen.Access.LinksOf(user);
        seen.Note($"{user} is put out{(revokes ? ", and his tokens" : "")}");
        engine.Users.Tell(new UserCommand.Disconnect(user, revokes, staysAway, null, DeskFor(reply => seen.Access.OnReceipt(links, reply))));
    }

    /// <summary>Where the answer to an order arrives; there is none where the node that was asked has ended.</summary>
    private Desk<UserReply> DeskFor(Action<UserReply> take)
    {
        var order = _mayActUntil.Count;
        _mayActUntil.Add(seen.Now + _carriedOutWithin);
        return new Desk<UserReply>("administrator", reply =>
        {
            _mayActUntil[order] = seen.Now + (reply is UserReply.Refused ? _refusedWithin : _toldWithin);
            take(reply);
        });
    }
}
