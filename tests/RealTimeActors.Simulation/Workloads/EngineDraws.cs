using RealTimeActors.Engine;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>More bounds of the engine, each drawn from a stream of its own, so that one more leaves the others where they were.</summary>
internal static class EngineDraws
{
    public static EngineOptions WithMore(this EngineOptions options, SeededEntropy entropy) => options with
    {
        Checkpoints = DrawCheckpoints(entropy.Fork("checkpoints").Numbers),
        StatePartBytesMax = entropy.Fork("parts").Numbers.Pick(2_100, 3_000, 32_768),
        TrimEvery = entropy.Fork("trim").Numbers.Pick(5, 30, 1_000),
    };

    private static CheckpointOptions DrawCheckpoints(Xoshiro256 chance) => new()
    {
        EveryEvents = chance.Pick(8, 60, 100_000),
        Every = chance.Ms(80, 400),
        Keep = chance.Pick(5, 100_000),
        MovedMax = chance.Pick(1, 3, 10_000),
    };
}
