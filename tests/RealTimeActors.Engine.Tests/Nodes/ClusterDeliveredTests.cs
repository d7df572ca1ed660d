using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Nodes;

/// <summary><c>confirm: delivered</c> where a session goes on at another node before the one that had it hears of it: both count it, and it is one.</summary>
public sealed class ClusterDeliveredTests
{
    private const string PublishToTwo = """{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","delivered":{"count":2,"timeoutMs":10000}}}""";
    private const string PublishToAll = """{"id":4,"publish":{"channel":"a.1","type":"t","data":1,"confirm":"delivered","delivered":{"timeoutMs":10000}}}""";
    private const string Ack = """{"ack":{"channel":"a.1","offset":1}}""";

    private readonly TestCluster _cluster = new();
    private readonly TestClient _before;
    private readonly TestClient _after;
    private readonly string _formerEdge;
    private readonly string _owner;

    /// <summary>The session has gone on at <c>edge-2</c>, and the word of it does not reach <c>edge-1</c>.</summary>
    public ClusterDeliveredTests()
    {
        _before = _cluster.Connect("edge-1").Send("""{"id":2,"subscribe":{"channel":"a.1","ack":"manual"}}""");
        var session = _before.Welcome.Session.Id;
        MoveTo("core-1", session);
        MoveTo("core-2", "a.1");
        (_formerEdge, _owner) = ($"{_cluster.Database.MemberOf("edge-1")}", $"{_cluster.Database.MemberOf("core-1")}");
        _cluster.Network.Block(_owner, _formerEdge);
        _after = _cluster.Accept("edge-2").HelloAgainAs(_before);
    }

    [Fact]
    public void An_ack_that_the_former_edge_hears_of_later_is_of_one_session()
    {
        var publisher = Publish(PublishToTwo);
        Assert.Null(_before.ClosedWith);
        _after.Send(Ack);

        Hear();
        _cluster.Advance(10);

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void So_it_is_where_the_former_edge_hears_of_it_before_the_ack()
    {
        var publisher = Publish(PublishToTwo);
        Hear();

        _after.Send(Ack);
        _cluster.Advance(10);

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void So_it_is_where_the_session_acks_on_a_third_connection_that_came_after_the_event()
    {
        var publisher = Publish(PublishToTwo);
        _after.Drop();
        Hear();

        _cluster.Accept("core-3").HelloAgainAs(_after).Send(Ack);
        _cluster.Advance(10);

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void So_it_is_where_the_session_has_come_back_to_the_former_edge()
    {
        var publisher = Publish(PublishToTwo);
        _after.Send(Ack);
        Hear();

        _cluster.Accept("edge-1").HelloAgainAs(_after).Send(Ack);
        _cluster.Advance(10);

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void Whoever_waits_for_all_is_told_when_the_former_edge_has_heard_of_it()
    {
        var publisher = Publish(PublishToAll);
        _after.Send(Ack);
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());

        Hear();

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void So_it_is_where_it_acked_at_the_former_edge_and_then_where_it_is()
    {
        var publisher = Publish(PublishToTwo);
        _before.Send(Ack);

        _after.Send(Ack);
        Hear();
        _cluster.Advance(10);

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    /// <summary>Simulated: cluster seed 4660.</summary>
    [Fact]
    public void So_it_is_where_the_ack_at_the_former_edge_got_lost_and_it_acked_again_on_a_third_connection()
    {
        var publisher = Publish(PublishToTwo);
        LoseAckOfFormer();
        _after.Drop();
        Hear();

        _cluster.Accept("core-3").HelloAgainAs(_after).Send(Ack);
        _cluster.Advance(10);

        Assert.Equal((ReceiptStatus.Persisted, 1L, 1L), Told(publisher));
    }

    [Fact]
    public void So_it_is_where_both_edges_have_told_of_all_whom_they_had_and_others_are_waited_for()
    {
        var other = _cluster.Connect("core-3").Send("""{"id":2,"subscribe":{"channel":"a.1","ack":"manual"}}""");
        var publisher = Publish(PublishToAll);
        LoseAckOfFormer();
        _after.Send(Ack);
        Hear();

        other.Send(Ack);

        Assert.Equal((ReceiptStatus.Delivered, 2L, 2L), Told(publisher));
    }

    [Fact]
    public void Whoever_waits_for_all_is_told_when_the_ack_at_the_former_edge_is_heard_of()
    {
        var publisher = Publish(PublishToAll);
        LoseAckOfFormer();
        Assert.Empty(publisher.Frames.OfType<ServerFrame.Receipt>());

        Hear();

        Assert.Equal((ReceiptStatus.Delivered, 1L, 1L), Told(publisher));
    }

    private TestClient Publish(string publish) => _cluster.Connect("core-3").Send(publish);

    private void Hear()
    {
        _cluster.Network.Unblock(_formerEdge, _owner);
        _cluster.Network.Unblock(_owner, _formerEdge);
        _cluster.Advance(2);
        Assert.NotNull(_before.ClosedWith);
    }

    /// <summary>The session acks at the edge that it has left, and the word of it is lost with the link between the nodes.</summary>
    private void LoseAckOfFormer()
    {
        _cluster.Network.Block(_formerEdge, _owner);
        _before.Send(Ack);
        _cluster.Network.Cut(_owner, _formerEdge);
    }

    private void MoveTo(string node, string id)
    {
        if (_cluster.OwnerOf(id) != node)
            _cluster.Move(id, node);
    }

    private static (ReceiptStatus, long, long) Told(TestClient publisher) =>
        publisher.Take<ServerFrame.Receipt>() is var receipt ? (receipt.Status, receipt.Acked!.Value, receipt.Of!.Value) : default;
}
