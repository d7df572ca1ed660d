using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Another user, who has got hold of the clients' sessions and keys, and shows them with a good token of his own; or of their tokens, and shows these.</summary>
internal sealed class Intruder(SimulatedWorld world, SimulatedNetwork network, Observations seen, TokenOffice office) : ISimulatedPeer
{
    private const string Name = "intruder";

    private readonly Xoshiro256 _chance = world.Entropy.Fork(Name).Numbers;

    /// <summary>Whether he goes on.</summary>
    public bool IsBusy { get; set; } = true;

    public void Start() => world.Time.Every(() => _chance.Ms(50, 600), () => IsBusy, () => network.Connect(this, WireFormat.WebSocketJson, Name));

    public void Opened(SimulatedLink link)
    {
        var victim = _chance.Pick([.. seen.Clients]);
        if (_chance.OneIn(2) && office.OneOf(victim.Plan.User) is { } token)
            link.Send(new ClientFrame.Hello { Id = 1, Token = token });
        else if (victim.Ticket is { } stolen)
            link.Send(new ClientFrame.Hello { Id = 1, SessionId = stolen.Id, SessionKey = stolen.Key, Token = office.Issue(Name).Token });

        world.Time.After(_chance.Ms(50, 500), link.Close);
    }

    public void Received(SimulatedLink link, ServerFrame frame)
    {
        // Whatever comes is for the checkers to judge.
    }

    public void Ended(SimulatedLink link, int? closeCode)
    {
        // He comes again anyway.
    }
}
