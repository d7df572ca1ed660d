using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Another user, who has got hold of the clients' sessions and keys, and shows them with a good token of his own.</summary>
internal sealed class Intruder(SimulatedWorld world, SimulatedNetwork network, Observations seen, TokenOffice office) : ISimulatedPeer
{
    private const string Name = "intruder";

    private readonly Xoshiro256 _chance = world.Entropy.Fork(Name).Numbers;

    /// <summary>Whether he goes on.</summary>
    public bool IsBusy { get; set; } = true;

    public void Start() => world.Time.Every(() => _chance.Ms(100, 1_000), () => IsBusy, () => network.Connect(this, WireFormat.WebSocketJson, Name));

    public void Opened(SimulatedLink link)
    {
        if (_chance.Pick([.. seen.Clients]).Ticket is not { } stolen)
        {
            link.Close();
            return;
        }

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
