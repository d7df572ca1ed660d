using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What clients ask for, by chance: half of it plain, the other half any mix of what there is.</summary>
internal static class SubscriptionDraws
{
    public static SubscriptionPlan Draw(ChannelPlan channel, Xoshiro256 chance) => new(
        channel.Name,
        chance.Pick(From.Now, From.Earliest, From.Session, new From.Last(chance.Between(1, 20))),
        chance.Pick(DeliveryOrder.Lanes, DeliveryOrder.Offset),
        chance.Pick<Priority?>(null, null, Priority.Normal, Priority.High),
        chance.Pick<OverflowPolicy?>(null, null, OverflowPolicy.CatchUp, OverflowPolicy.DropOldest, OverflowPolicy.Conflate, OverflowPolicy.Disconnect),
        chance.Pick(AckMode.Auto, AckMode.Auto, AckMode.Manual, AckMode.None))
    {
        Shape = chance.OneIn(2) ? null : DrawShape(chance),
        Filter = chance.OneIn(4) ? DrawFilter(chance) : [],
        Fields = chance.OneIn(4) ? chance.Pick<string[]>(["n"], ["by", "n"], ["p", "by"], ["nothing"]) : [],
    };

    private static Shape DrawShape(Xoshiro256 chance)
    {
        var conflate = chance.Pick(null, "none", "key", "key", "channel");
        long? debounceMs = chance.OneIn(2) ? chance.Pick(0, 5, 30, 100, 600) : null;
        string[] immediate = chance.OneIn(2) ? [chance.Pick("created", "updated", "repeated")] : [];
        return new Shape
        {
            DebounceMs = debounceMs,
            DebounceMaxMs = debounceMs is null ? null : chance.Pick<long?>(null, 60, 300),
            Immediate = immediate,
            Conflate = conflate,
            BatchMs = chance.OneIn(3) ? chance.Pick(10, 80, 600) : null,
            BatchMax = chance.OneIn(3) ? chance.Pick(1, 3) : null,

            // Where every event has to get through, the rate must let it in reasonable time.
            MaxPerSecond = chance.OneIn(3) ? conflate == "channel" && immediate.Length == 0 ? chance.Pick(3, 20) : chance.Pick(100, 400) : null,
        };
    }

    private static AttributeFilter[] DrawFilter(Xoshiro256 chance) => chance.Pick<AttributeFilter[]>(
        [new("type", ["created"])],
        [new("type", ["c*", "repeated"])],
        [new("key", ["key-1", "key-2"])],
        [new("key", ["key-*"])],
        [new("source", ["office-1"])],
        [new("type", ["updated", "created"]), new("source", ["office-*"])]);
}
