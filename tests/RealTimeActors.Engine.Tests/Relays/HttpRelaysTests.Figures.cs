using RealTimeActors.Engine.Relays;
using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Relays;

/// <content>What is counted of them.</content>
public sealed partial class HttpRelaysTests
{
    [Fact]
    public void Each_request_is_counted_on_both_sides_by_what_became_of_it()
    {
        using var probe = new MeterProbe();
        Begin(new RelayOptions { AnswerBytesMax = 10 });
        probe.Meters.Observe(RelaysOf(Here).Figures);
        using var homes = new MeterProbe();
        homes.Meters.Observe(RelaysOf(There).Figures);

        Ask(Up("{}"));
        _lines.Begin();
        _lines.Write("an answer of 22 bytes;");
        _lines.Last.End();
        Ask(Up("{}"));
        _lines.Last.NotHere();
        Ask(Stream);
        _lines.Begin();
        _cluster.Settle();
        _lines.Last.Break();
        Ask(Stream).GiveUp();
        Ask(Stream);
        _cluster.Settle();

        Assert.Equal((1, 1, 1, 1), (probe["realtime.relays.asked outcome=answered"], probe["realtime.relays.asked outcome=not_here"], probe["realtime.relays.asked outcome=broken"], probe["realtime.relays.asked outcome=given_up"]));
        Assert.Equal((1, 1, 1, 1), (homes["realtime.relays.served outcome=answered"], homes["realtime.relays.served outcome=not_here"], homes["realtime.relays.served outcome=broken"], homes["realtime.relays.served outcome=given_up"]));
        Assert.Equal((1, 0), (probe["realtime.relays.under_way side=asking"], probe["realtime.relays.under_way side=serving"]));
        Assert.Equal((0, 1), (homes["realtime.relays.under_way side=asking"], homes["realtime.relays.under_way side=serving"]));
        Assert.Equal((22, 22), (homes["realtime.relays.sent"], probe["realtime.relays.received"]));
    }

    [Fact]
    public void What_the_other_node_did_not_take_is_counted_by_why_and_what_waits_for_room_is_seen()
    {
        using var probe = new MeterProbe();
        Begin(new RelayOptions { RequestBytesMax = 1_000, AnswerBytesMax = 1_000 });
        probe.Meters.Observe(RelaysOf(Here).Figures);
        using var homes = new MeterProbe();
        homes.Meters.Observe(RelaysOf(There).Figures);

        Ask(Stream);
        _lines.Begin();
        Ask(Up(new string('x', 5_000)), settles: false);
        Ask(Up("{}"), settles: false);
        _cluster.Settle();
        Assert.Equal(1, probe["realtime.relays.asked outcome=busy"]);
        _lines.Begin();
        _cluster.Settle();

        _lines.Served[0].Answer.Write(new byte[900]);
        _lines.Served[1].Answer.Write(new byte[900]);
        _cluster.World.RunUntilIdle();
        Assert.Equal(1, homes["realtime.relays.waiting"]);
        _cluster.Settle();
        Assert.Equal(0, homes["realtime.relays.waiting"]);

        Ask(Up("{}"));
        _cluster.Crash(There);
        _cluster.Advance(5);
        Assert.Equal((0, 2, 1), (probe["realtime.relays.under_way side=asking"], probe["realtime.relays.asked outcome=broken"], probe["realtime.relays.asked outcome=unknown"]));
    }
}
