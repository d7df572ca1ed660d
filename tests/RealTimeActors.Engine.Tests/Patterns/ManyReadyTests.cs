using RealTimeActors.Engine.Tests.Harness;

namespace RealTimeActors.Engine.Tests.Patterns;

/// <summary>A connection that has something to say of very many channels at once.</summary>
public sealed class ManyReadyTests
{
    private const int Channels = 500;

    [Fact]
    public void Of_many_channels_each_event_comes_once_and_an_urgent_one_comes_before_all_that_was_not_written_yet()
    {
        var node = new TestNode();
        var client = node.Connect().Send("""{"id":2,"subscribe":{"channel":"m.>"}}""");
        var writer = node.Connect();
        client.StopReading(afterBytes: 100);
        Publish(writer, "normal", Channels);
        client.ReadOn(100_000);
        var before = client.Events.Count;

        writer.Send("""{"publish":{"channel":"m.499","type":"urgent","data":1,"priority":"critical"}}""");
        Publish(writer, "low", 1);
        client.ReadOn();

        var types = client.Events.Select(e => e.Body.Type).ToList();
        Assert.InRange(before, 10, Channels / 2);

        // What the transport was given already is not overtaken: a step of 16 KiB, and what was cut.
        Assert.InRange(types.IndexOf("urgent"), before, before + 40);
        Assert.Equal(Channels + 2, types.Count);
        Assert.Equal(Channels + 2, client.Events.Select(e => (e.Body.Channel, e.Body.Offset)).Distinct().Count());
        Assert.Equal("low", types[^1]);
    }

    private static void Publish(TestClient writer, string priority, int channels)
    {
        var data = new string('x', 1_000);
        for (var i = 0; i < channels; i++)
            writer.Send($$$"""{"publish":{"channel":"m.{{{i}}}","type":"{{{priority}}}","data":"{{{data}}}","priority":"{{{priority}}}"}}""", settles: i % 50 == 49 || i == channels - 1);
    }
}
