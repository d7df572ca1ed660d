using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>Mixes in which something comes about often that the others meet once in a hundred runs. Each is drawn from a stream of its own, so that the runs without it stay as they are.</summary>
internal static class SituationDraws
{
    public static RunPlan WithSituations(this RunPlan plan, SeededEntropy entropy) => plan
        .WithOneBehind(entropy.Fork("behind").Numbers)
        .WithBrokenAnswers(entropy.Fork("answers").Numbers)
        .WithReceiversAwaited(entropy.Fork("receivers").Numbers)
        .WithLargeState(entropy.Fork("large state").Numbers)
        .WithSweeping(entropy.Fork("sweeping").Numbers);

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

    /// <summary>
    /// Everybody waits for all who follow, one of whom never acks in time; the others ack late, and lose their connections meanwhile. What was sent to them on one connection they ack on the next.
    /// </summary>
    private static RunPlan WithReceiversAwaited(this RunPlan plan, Xoshiro256 chance) => !chance.OneIn(12) ? plan : plan with
    {
        AwaitsReceivers = true,
        Clients =
        [
            .. plan.Clients.SkipLast(1).Select(client => client with { AckDelay = chance.Ms(30, 120), Ways = [SimulatedWay.WebSocket], StopsReading = false }),
            plan.Clients[^1] with
            {
                Credit = null,
                HandlesIn = plan.Engine.DeliveredTimeout * 1.5,
                StopsReading = false,
                Restarts = false,
                IsTakenOver = false,
                Unsubscribes = false,
                Subscriptions = [.. plan.Channels.Select(channel => new SubscriptionPlan(channel.Name, From.Now, DeliveryOrder.Offset, null, null, AckMode.Manual))],
            },
        ],
        Faults = plan.Faults with { Cuts = true, Crashes = false, Restores = false, FullDisk = false, UnknownCommits = false, FailedReads = false, EndsChannels = false, EndsEphemeral = false, EndsSessions = false },
    };

    /// <summary>A state of many parts, and connections that take them slowly: changes and others who ask come between two parts.</summary>
    private static RunPlan WithLargeState(this RunPlan plan, Xoshiro256 chance) => plan.State is null || !chance.OneIn(12) ? plan : plan with
    {
        State = plan.State.WithManyReaders(chance.Between(3, 4)),
        Engine = plan.Engine with { StatePartBytesMax = 2_100 },
        Faults = plan.Faults with { SmallBuffers = true },
    };

    /// <summary>Sessions go when nobody has come back to them for longer than a run takes.</summary>
    private static RunPlan WithSweeping(this RunPlan plan, Xoshiro256 chance) => !chance.OneIn(12) ? plan : plan with
    {
        Sweeps = true,
        Engine = plan.Engine with { SessionExpiry = TimeSpan.FromSeconds(20), SessionSweepEvery = chance.Ms(300, 1_500) },
    };
}
