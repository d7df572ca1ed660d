using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.Tests.Channels;

public sealed class ProducerWindowsTests
{
    private const long Now = 1_795_255_200_000;

    [Fact]
    public void The_oldest_one_time_producer_makes_room_for_a_new_one()
    {
        var windows = new ProducerWindows();
        for (var i = 1; i <= ProducerWindows.ProducersMax; i++)
            Add(windows, OneTimeProducers.OfCloudEvent($"{i}"), i);

        Assert.True(windows.HasRoom(Now));
        Add(windows, OneTimeProducers.OfIdempotencyKey("new"), ProducerWindows.ProducersMax + 1);

        Assert.Equal(ProducerWindows.ProducersMax, windows.Windows.Count);
        Assert.Null(windows.Find(new ProducerKey("", OneTimeProducers.OfCloudEvent("1"))));
        Assert.NotNull(windows.Find(new ProducerKey("", OneTimeProducers.OfCloudEvent("2"))));
    }

    [Fact]
    public void A_named_producer_is_never_forgotten_for_a_new_one_before_its_time()
    {
        var windows = new ProducerWindows();
        for (var i = 1; i <= ProducerWindows.ProducersMax; i++)
            Add(windows, $"named-{i}", i);

        Assert.False(windows.HasRoom(Now));
        Assert.True(windows.HasRoom(Now + (long)ProducerWindows.KeptFor.TotalMilliseconds + 1));
    }

    [Fact]
    public void The_order_in_which_they_are_forgotten_survives_a_snapshot()
    {
        var state = new ChannelState("e");
        foreach (var (name, offset) in new[] { ("z", 1L), ("a", 2L), ("m", 3L) })
            Add(state.Producers, OneTimeProducers.OfCloudEvent(name), offset);

        var restored = ChannelFormat.ReadSnapshot("e", ChannelFormat.WriteSnapshot(state)).Producers;
        for (var i = restored.Windows.Count; i < ProducerWindows.ProducersMax; i++)
            Add(restored, $"named-{i}", i + 1);

        Add(restored, "one more", 20_000);

        Assert.Null(restored.Find(new ProducerKey("", OneTimeProducers.OfCloudEvent("z"))));
        Assert.NotNull(restored.Find(new ProducerKey("", OneTimeProducers.OfCloudEvent("a"))));
    }

    private static void Add(ProducerWindows windows, string producer, long offset) =>
        windows.GetOrAdd(new ProducerKey("", producer), offset, Now).Add(1, new ProducerWindow.Remembered(offset, new byte[32], new byte[16]), Now);
}
