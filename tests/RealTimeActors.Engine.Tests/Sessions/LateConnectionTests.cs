using RealTimeActors.Actors;
using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Sessions;

/// <summary>A session hears of a connection after that has ended: the word took a detour by a node that had lost the session's shard, or was told again, and the word of the end was faster.</summary>
public sealed class LateConnectionTests
{
    private readonly TestNode _node = new(new EngineOptions { SessionExpiry = TimeSpan.FromHours(1) });

    [Fact]
    public void A_connection_that_attaches_after_its_end_does_not_keep_the_session() =>
        SessionIsAwayAfter((client, edge) => new SessionCommand.Attach(client.Welcome.Session.Id, HashOf(client), null, new ConnectionRef("c-gone", edge), [], []));

    [Fact]
    public void A_hello_that_comes_to_the_session_after_its_connection_has_ended_does_not_keep_it() =>
        SessionIsAwayAfter((client, edge) => new SessionCommand.Open(client.Welcome.Session.Id, HashOf(client), SessionActor.HashOf("next"), null, new ConnectionRef("c-gone", edge)));

    private static byte[] HashOf(TestClient client) => SessionActor.HashOf(client.Welcome.Session.Key);

    private void SessionIsAwayAfter(Func<TestClient, IActorRef<SessionReply>, SessionCommand> late)
    {
        var client = _node.Connect().Send("""{"id":2,"subscribe":{"channel":"a"}}""");
        client.Drop();
        var known = _node.Engine.WellKnown.ToDictionary(actor => actor.Name, StringComparer.Ordinal);

        known["sessions"].Tell(late(client, (IActorRef<SessionReply>)known["edge-0"].Ref));
        _node.World.Advance(TimeSpan.FromMinutes(75));

        Assert.Equal(0, _node.Load($"session/{client.Welcome.Session.Id}").Last);
    }
}
