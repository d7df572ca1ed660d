using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Mixes in which something comes about often that the others meet once in a hundred runs. Each is drawn from a stream of its own, so that the runs without it stay as they are.</summary>
internal static class SituationDraws
{
    public static RunPlan WithSituations(this RunPlan plan, SeededEntropy entropy) => plan.WithOneBehind(entropy.Fork("behind").Numbers).WithBrokenAnswers(entropy.Fork("answers").Numbers);

    /// <summary>A client that cannot keep up, and asks for the newest of each key while it is behind: it comes live again, and falls back, over and over.</summary>
    private static RunPlan WithOneBehind(this RunPlan plan, Xoshiro256 chance)
    {
        if (!chance.OneIn(6))
            return plan;

        var slow = plan.Clients[0] with
        {
            Credit = chance.Pick(1, 2, 5),
            Subscriptions = [.. plan.Clients[0].Subscriptions.Select(subscription => subscription with { Overflow = OverflowPolicy.Conflate })],
            HandleMax = chance.Ms(2, 15),
        };
        return plan with { Clients = [slow, .. plan.Clients.Skip(1)], Engine = plan.Engine with { RingBytesMax = 1_500 } };
    }

    /// <summary>Answers over plain HTTP break off again and again, so that what was lost is asked for by who has had little, of this connection or only of the one before.</summary>
    private static RunPlan WithBrokenAnswers(this RunPlan plan, Xoshiro256 chance) => !chance.OneIn(8) ? plan : plan with
    {
        AnswerCutChance = chance.Pick(0.05, 0.2),
        Clients = [.. plan.Clients.Select(client => client with { Ways = chance.Pick<SimulatedWay[]>([SimulatedWay.ServerSentEvents], [SimulatedWay.LongPolling], [SimulatedWay.ServerSentEvents, SimulatedWay.LongPolling]) })],
    };
}
