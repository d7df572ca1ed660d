using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Protocol.Names;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>A channel whose events cannot always be processed, and its dead letters.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Letters">Its dead letters.</param>
/// <param name="Clients">How many follow it.</param>
internal sealed record NackPlan(ChannelPlan Channel, ChannelPlan Letters, int Clients)
{
    public static NackPlan Draw(Xoshiro256 chance)
    {
        const string Name = "nacked.events";
        var settings = new ChannelSettings
        {
            Retry = new RetryRule { Attempts = chance.Between(2, 4), Delay = chance.Ms(10, 80), DelayMax = chance.Ms(80, 250) },
            Retention = chance.OneIn(4) ? new RetentionRule { Count = 25 } : new RetentionRule(),
        };
        return new NackPlan(new ChannelPlan(Name, settings), new ChannelPlan(DeadLetterChannel.Of(ChannelName.Parse(Name))!.Value.Value, DeadLetterChannel.Settings), chance.Between(2, 3));
    }
}
