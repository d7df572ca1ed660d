using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Faults;
using RealTimeActors.Simulation.Workloads;
using Xunit.Abstractions;

namespace RealTimeActors.Simulation.Scenarios;

/// <summary>A minute costs nothing here: nothing goes wrong in it but that somebody is slow.</summary>
public sealed class SlowReaderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    public void A_reader_that_takes_one_event_a_second_for_a_minute_while_much_is_published_gets_every_durable_event_once(ulong seed, int credit) =>
        Run(seed, new FaultPlan(), Reader with { Credit = credit, HandlesIn = TimeSpan.FromSeconds(1) });

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, 1_024)]
    public void So_does_one_that_reads_its_connection_once_a_second_through_small_buffers(ulong seed, int? pieces) =>
        Run(seed, new FaultPlan { SmallBuffers = true }, Reader with { ReadsEvery = TimeSpan.FromSeconds(1), PieceBytes = pieces });

    /// <summary>Met as cluster seed 3583, behind a restored backup.</summary>
    [Fact]
    public void So_does_one_that_wants_a_quiet_time_in_the_order_of_offsets_and_it_is_waited_for()
    {
        var quiet = Reader.Subscriptions[0] with { Order = DeliveryOrder.Offset, Shape = new Shape { DebounceMs = 600, Immediate = ["created"], Conflate = "key" } };
        var result = Run(seed: 6, new FaultPlan(), Reader with { Subscriptions = [quiet], HandlesIn = TimeSpan.Zero }, heldEventsMax: 3);

        Assert.InRange(result.Sometimes.Most["ms until everybody is at the head"], 5_001, long.MaxValue);
    }

    /// <summary>The checkers hold what was sent and what was handed over against the log, when all has come to rest.</summary>
    private RunResult Run(ulong seed, FaultPlan faults, ClientPlan reader, int heldEventsMax = 1_024)
    {
        var plan = RunPlan.Draw(seed);
        plan = plan with
        {
            Channels = [plan.Channels[0]],
            Clients = [Writer, reader],
            Repeaters = 0,
            PatternFollowers = 0,
            RightsFollowers = 0,
            Presence = null,
            State = null,
            Nacks = null,
            Signs = false,
            HasLargeEvents = reader.PieceBytes is not null,
            Access = null,
            Faults = faults,
            FaultsFor = TimeSpan.FromMinutes(1),
            Engine = plan.Engine with { RingBytesMax = 2_000, CatchUpEventsMax = 16, HeldEventsMax = heldEventsMax },
        };

        var result = Simulation.Run(plan);

        output.WriteLine($"{result.Sometimes["events durable"]} events; the reader fell behind {result.Sometimes["a subscription falls behind"]} times");
        Assert.True(result.IsFine, result.IsFine ? "" : result.Explain());
        Assert.InRange(result.Sometimes["events durable"], 1_000, long.MaxValue);
        Assert.InRange(result.Sometimes["a subscription falls behind"], 1, long.MaxValue);
        return result;
    }

    private static ClientPlan Writer => Client("client-1", null, TimeSpan.FromMilliseconds(50), []);

    private static ClientPlan Reader => Client(
        "client-2", null, Timeout.InfiniteTimeSpan, [new SubscriptionPlan("durable.all", From.Earliest, DeliveryOrder.Lanes, null, OverflowPolicy.CatchUp, AckMode.Auto)]);

    private static ClientPlan Client(string name, int? credit, TimeSpan publishEvery, IReadOnlyList<SubscriptionPlan> subscriptions) => new(
        name,
        WireFormat.WebSocketJson,
        credit,
        subscriptions,
        publishEvery,
        TimeSpan.Zero,
        TimeSpan.Zero,
        StopsReading: false,
        Restarts: false,
        IsTakenOver: false,
        Unsubscribes: false,
        Reads: false);
}
