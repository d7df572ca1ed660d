using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Who follows the shared state with a session, through all of its connections, and asks what it was.</summary>
/// <param name="Fields">What of the values is wanted; empty: all.</param>
/// <param name="AckMode">Whether the session knows how far it is.</param>
/// <param name="Ways">What its connections go over.</param>
internal sealed record StateReaderPlan(IReadOnlyList<string> Fields, AckMode AckMode, IReadOnlyList<SimulatedWay> Ways)
{
    /// <summary>What the names of such clients begin with.</summary>
    public const string NamePrefix = $"{StateClient.NamePrefix}reader-";

    public static StateReaderPlan Draw(Xoshiro256 chance) => new(
        chance.Pick<string[]>([], ["title", "count"], ["tags"], ["long", "seat", "nothing"]),
        chance.Pick(AckMode.Auto, AckMode.Auto, AckMode.Manual, AckMode.None),
        WayDraws.Draw(chance));
}
