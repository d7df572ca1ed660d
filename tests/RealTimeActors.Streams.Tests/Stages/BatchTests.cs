using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests.Stages;

public sealed class BatchTests
{
    private static readonly ShapeSettings _every50 = new() { BatchMs = 50, BatchMax = 3 };

    [Fact]
    public void Everything_that_waits_leaves_when_the_first_has_waited_for_the_time()
    {
        var stream = new ShapedStream(_every50);

        stream.Push();
        stream.Advance(30);
        stream.Push();

        Assert.Empty(stream.Pull());
        Assert.Equal(20, stream.DueInMs);

        stream.Advance(20);
        Assert.Equal([1, 2], stream.Pull());
        Assert.Null(stream.DueInMs);
    }

    [Fact]
    public void So_many_events_open_the_gate_early()
    {
        var stream = new ShapedStream(_every50);

        stream.Push();
        stream.Push();
        Assert.Empty(stream.Pull());

        stream.Push();
        Assert.Equal([1, 2, 3], stream.Pull());
    }

    [Fact]
    public void So_many_bytes_open_the_gate_early()
    {
        var stream = new ShapedStream(_every50);

        stream.Push(bytes: 65_535);
        Assert.Empty(stream.Pull());

        stream.Push(bytes: 1);
        Assert.Equal([1, 2], stream.Pull());
    }

    [Fact]
    public void The_next_one_waits_for_its_own_time()
    {
        var stream = new ShapedStream(_every50);

        stream.Push();
        stream.Advance(50);
        stream.Pull();
        stream.Push();

        Assert.Empty(stream.Pull());
        Assert.Equal(50, stream.DueInMs);
    }

    [Fact]
    public void Stays_open_until_a_slow_connection_has_taken_all()
    {
        var stream = new ShapedStream(_every50);

        stream.Push();
        stream.Push();
        stream.Advance(50);
        Assert.Equal([1], stream.Pull(max: 1));

        stream.Push();
        Assert.Equal([2, 3], stream.Pull());
    }

    [Fact]
    public void Critical_ones_do_not_wait_and_do_not_open_the_gate()
    {
        var stream = new ShapedStream(_every50);

        stream.Push();
        stream.Push(lane: Lanes.Critical);
        stream.Push(lane: Lanes.Critical);

        Assert.Equal([2, 3], stream.Pull());
        Assert.Equal(50, stream.DueInMs);
    }

    [Fact]
    public void When_nothing_more_is_taken_in_the_gate_opens_too()
    {
        var stream = new ShapedStream(new ShapeSettings { BatchMs = 50, HeldMax = 2 });

        stream.Push();
        Assert.Empty(stream.Pull());

        stream.Push();
        Assert.Equal([1, 2], stream.Pull());
    }

    [Fact]
    public void A_replacement_does_not_make_the_batch_wait_longer()
    {
        var stream = new ShapedStream(_every50 with { Conflate = Conflation.Key });

        stream.Push("a");
        stream.Advance(40);
        stream.Push("a");
        stream.Advance(10);

        Assert.Equal([2], stream.Pull());
    }

    [Fact]
    public void One_that_gives_way_to_a_critical_one_is_not_waited_for()
    {
        var stream = new ShapedStream(_every50 with { Conflate = Conflation.Key });

        stream.Push("a");
        stream.Push("a", Lanes.Critical);

        Assert.Equal([2], stream.Pull());
        Assert.Null(stream.DueInMs);

        stream.Push();
        Assert.Equal(50, stream.DueInMs);
    }

    [Fact]
    public void One_that_takes_the_place_of_a_critical_one_waits_from_then_on()
    {
        var stream = new ShapedStream(_every50 with { Conflate = Conflation.Key });

        stream.Push("a", Lanes.Critical);
        stream.Advance(20);
        stream.Push("a");

        Assert.Empty(stream.Pull());
        Assert.Equal(50, stream.DueInMs);
    }
}
