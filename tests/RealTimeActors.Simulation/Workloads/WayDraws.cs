using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Relays;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What the connections of a client go over, and how little is held of what goes over plain HTTP.</summary>
internal static class WayDraws
{
    public static IReadOnlyList<SimulatedWay> Draw(Xoshiro256 chance) => chance.Below(8) switch
    {
        0 => [SimulatedWay.ServerSentEvents],
        1 => [SimulatedWay.LongPolling],
        2 => [SimulatedWay.WebSocket, SimulatedWay.ServerSentEvents],
        3 or 4 => [SimulatedWay.WebSocket, SimulatedWay.ServerSentEvents, SimulatedWay.LongPolling],
        _ => [SimulatedWay.WebSocket],
    };

    public static RelayOptions DrawRelays(Xoshiro256 chance) => new()
    {
        RequestsMax = chance.Pick(8, 100_000, 100_000),
        RequestBytesMax = chance.Pick(2_000, 8_000_000),
        AnswerBytesMax = chance.Pick(500, 4_000, 8_000_000),
        PartBytesMax = chance.Pick(300, 262_144),
        StillAfter = TimeSpan.FromMilliseconds(200),
        SilenceMax = TimeSpan.FromMilliseconds(600),
        SlowAfter = TimeSpan.FromMilliseconds(50),
        Look = TimeSpan.FromMilliseconds(50),
    };

    public static HttpLineOptions DrawLines(Xoshiro256 chance) => new()
    {
        DownBytesMax = chance.Pick(600, 4_000, 65_536),
        DownBytesAbsentMax = chance.Pick(200, 2_000, 16_384),
        BatchesKept = chance.Pick(1, 3, 64),
        BatchBytesKeptMax = chance.Pick(1_000, 262_144),
        BatchesKeptFor = chance.Pick(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(60)),
        DownStreamWithin = TimeSpan.FromMilliseconds(900),
        StreamHeartbeat = TimeSpan.FromMilliseconds(200),
        LastWriteWithin = TimeSpan.FromMilliseconds(400),
    };
}
