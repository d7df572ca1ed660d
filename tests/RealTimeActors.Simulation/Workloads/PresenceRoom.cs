using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Dispatch;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Those who come and go in one channel. At rest each of them has been told who is there, and that those who crashed are not.</summary>
internal sealed class PresenceRoom
{
    /// <summary>A channel with events, too: presence has nothing to do with them.</summary>
    internal const string Channel = "durable.all";

    private readonly List<PresenceClient> _clients = [];

    public PresenceRoom(PresencePlan? plan, SimulatedWorld world, SimulatedNetwork network, Observations seen)
    {
        for (var i = 1; i <= (plan?.Clients ?? 0); i++)
            _clients.Add(new PresenceClient($"{PresenceClient.NamePrefix}{i}", world, network, seen));
    }

    public void Start()
    {
        foreach (var client in _clients)
            client.Start();
    }

    public void Rest()
    {
        foreach (var client in _clients)
            client.Rest();
    }

    public void Leave()
    {
        foreach (var client in _clients)
            client.Leave();
    }

    /// <summary>Who is not yet where he wants to be, or does not know yet who is there; null: nobody.</summary>
    public string? Unfinished()
    {
        if (_clients.Select(client => client.Unfinished()).FirstOrDefault(unfinished => unfinished is not null) is { } waiting)
            return waiting;

        var present = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var client in _clients)
        {
            if (client.Present is var (session, state))
                present.Add(session, state);
        }

        return _clients.Select(client => client.Misled(present)).FirstOrDefault(misled => misled is not null);
    }
}
