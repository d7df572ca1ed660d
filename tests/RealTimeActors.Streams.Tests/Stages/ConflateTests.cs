using RealTimeActors.Streams.Tests.Support;

namespace RealTimeActors.Streams.Tests.Stages;

public sealed class ConflateTests
{
    private readonly ShapedStream _stream = new(new ShapeSettings { Conflate = Conflation.Key, Immediate = ["alarm"] });

    [Fact]
    public void Passes_elements_through_while_the_connection_keeps_up()
    {
        _stream.Push("a");
        Assert.Equal([1], _stream.Pull());

        _stream.Push("a");
        Assert.Equal([2], _stream.Pull());
        Assert.Equal(0, _stream.LeftOut.Conflated);
    }

    [Fact]
    public void Keeps_only_the_newest_of_each_key_while_the_connection_is_busy()
    {
        _stream.Push("a");
        _stream.Push("b");
        _stream.Push("a");
        _stream.Push("b");
        _stream.Push("a");

        Assert.Equal([4, 5], _stream.Pull());
        Assert.Equal(3, _stream.LeftOut.Conflated);
    }

    [Fact]
    public void An_event_without_a_key_stands_for_itself()
    {
        _stream.Push();
        _stream.Push("");
        _stream.Push();

        Assert.Equal([1, 2, 3], _stream.Pull());
    }

    [Fact]
    public void By_channel_only_the_newest_of_all_waits()
    {
        var stream = new ShapedStream(new ShapeSettings { Conflate = Conflation.Channel });

        stream.Push("a");
        stream.Push("b");
        stream.Push();

        Assert.Equal([3], stream.Pull());
    }

    [Fact]
    public void A_type_that_is_wanted_at_once_neither_replaces_nor_is_replaced()
    {
        _stream.Push("a");
        _stream.Push("a", type: "alarm");
        _stream.Push("a");

        Assert.Equal([2, 3], _stream.Pull());
    }

    [Fact]
    public void What_has_waited_for_a_second_keeps_its_place_however_busy_its_key_is()
    {
        _stream.Push("busy");
        _stream.Push("b");
        _stream.Advance(1_000);
        _stream.Push("busy");
        _stream.Push("busy");

        Assert.Equal([1, 2, 4], _stream.Pull());
    }

    [Fact]
    public void A_replacement_has_waited_since_the_first_that_it_stands_for()
    {
        _stream.Push("busy");
        _stream.Advance(999);
        _stream.Push("busy");
        _stream.Push("b");
        _stream.Advance(1);
        _stream.Push("busy");

        Assert.Equal([2, 3, 4], _stream.Pull());
    }

    [Fact]
    public void A_key_holds_two_at_most_however_long_the_connection_is_blocked()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _stream.Push("busy");
            _stream.Advance(60);
        }

        Assert.Equal(2, _stream.Held);
        Assert.Equal([17, 1_000], _stream.Pull());
    }

    [Fact]
    public void A_newer_one_of_another_lane_replaces_the_older_one_too()
    {
        _stream.Push("a", Lanes.Critical);
        _stream.Push("a", Lanes.Low);

        Assert.Equal([2], _stream.Pull());
    }

    [Fact]
    public void An_older_one_that_another_lane_brings_late_is_left_out_itself()
    {
        _stream.PushOffset(7, "a", Lanes.Critical);
        _stream.PushOffset(5, "a", Lanes.Normal);

        Assert.Equal([7], _stream.Pull());
        Assert.Equal(1, _stream.LeftOut.Conflated);
    }
}
