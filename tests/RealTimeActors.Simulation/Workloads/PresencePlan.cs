using RealTimeActors.Engine.Presence;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>How many come and go in a channel, and in which bounds.</summary>
/// <param name="Clients">How many.</param>
/// <param name="Options">Such that few are too many, and that the grace time is over in time.</param>
internal sealed record PresencePlan(int Clients, PresenceOptions Options)
{
    public static PresencePlan Draw(Xoshiro256 chance) => new(
        chance.Between(2, 6),
        new PresenceOptions
        {
            Grace = chance.Ms(100, 900),
            GatheredFor = chance.Pick(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(250)),
            ListedMax = chance.Pick(3, 200, 200),
        });
}
