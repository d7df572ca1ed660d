using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What a client publishes: every event can be told from every other by its data.</summary>
internal sealed class PublishWorkload(string client, Observations seen, Xoshiro256 chance)
{
    private int _published;

    public void PublishOne(ClientProcess? process)
    {
        if (process is null)
            return;

        var count = chance.OneIn(10) ? chance.Between(2, 12) : 1;
        for (var i = 0; i < count; i++)
        {
            var frame = Next();
            process.Publish(request => new PublishRecord(client, request, frame, seen.Now), frame);
        }
    }

    /// <summary>The first and only event of a channel.</summary>
    public void PublishTo(ChannelPlan channel, ClientProcess process)
    {
        var frame = Next() with { Channel = channel.Name, Priority = Priority.Normal, TtlMs = 0 };
        process.Publish(request => new PublishRecord(client, request, frame, seen.Now), frame);
    }

    private ClientFrame.Publish Next()
    {
        var padding = new string('x', chance.OneIn(12) ? chance.Below(1_500) : chance.Below(40));
        return new ClientFrame.Publish
        {
            Channel = chance.Pick([.. seen.Plan.Channels]).Name,
            Type = chance.Pick("created", "updated"),
            Data = Encoding.UTF8.GetBytes($$"""{"by":"{{client}}","n":{{++_published}},"p":"{{padding}}"}"""),
            MessageId = chance.OneIn(4) ? $"{client}-{_published}" : null,
            Key = chance.OneIn(3) ? $"key-{chance.Below(5)}" : null,
            Source = chance.OneIn(2) ? $"office-{chance.Between(1, 2)}" : null,
            Priority = chance.Pick(Priority.Normal, Priority.Normal, Priority.Normal, Priority.Low, Priority.High, Priority.Critical),
            Confirm = chance.Pick(Confirm.Persisted, Confirm.Persisted, Confirm.Delivered, Confirm.Accepted, Confirm.None),
            TtlMs = chance.OneIn(15) ? chance.Between(1, 60) : 0,
            DeliveredCount = chance.Below(3),
        };
    }
}
