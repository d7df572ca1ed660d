using System.Text;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Checkers;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>What a client publishes: every event can be told from every other by its data.</summary>
internal sealed class PublishWorkload(string client, Observations seen, SeededEntropy entropy)
{
    private readonly Xoshiro256 _chance = entropy.Numbers;
    private readonly Xoshiro256 _large = entropy.Fork("large").Numbers;
    private int _published;

    public void PublishOne(ClientProcess? process)
    {
        if (process is null)
            return;

        var count = _chance.OneIn(10) ? _chance.Between(2, 12) : 1;
        for (var i = 0; i < count; i++)
        {
            var frame = seen.Plan.AwaitsReceivers ? Next() with { Confirm = Confirm.Delivered, DeliveredCount = 0 } : Next();
            process.Publish(request => new PublishRecord(client, request, frame, seen.Now), frame);
        }
    }

    /// <summary>The first and only event of a channel. Its receipt comes when it is on the disk: before that nobody is at rest, because those who follow patterns are still to be told of it.</summary>
    public void PublishTo(ChannelPlan channel, ClientProcess process)
    {
        var frame = Next() with { Channel = channel.Name, Priority = Priority.Normal, TtlMs = 0 };
        if (frame.Confirm is Confirm.None or Confirm.Accepted)
            frame = frame with { Confirm = Confirm.Persisted };

        process.Publish(request => new PublishRecord(client, request, frame, seen.Now), frame);
    }

    private ClientFrame.Publish Next()
    {
        var length = _chance.OneIn(12) ? _chance.Below(1_500) : _chance.Below(40);
        if (seen.Plan.HasLargeEvents && _large.OneIn(8))
            length = _large.Below(10_000);

        var padding = new string('x', length);
        return new ClientFrame.Publish
        {
            Channel = _chance.Pick([.. seen.Plan.Channels]).Name,
            Type = _chance.Pick("created", "updated"),
            Data = Encoding.UTF8.GetBytes($$"""{"by":"{{client}}","n":{{++_published}},"p":"{{padding}}"}"""),
            MessageId = _chance.OneIn(4) ? $"{client}-{_published}" : null,
            Key = _chance.OneIn(3) ? $"key-{_chance.Below(5)}" : null,
            Source = _chance.OneIn(2) ? $"office-{_chance.Between(1, 2)}" : null,
            Priority = _chance.Pick(Priority.Normal, Priority.Normal, Priority.Normal, Priority.Low, Priority.High, Priority.Critical),
            Confirm = _chance.Pick(Confirm.Persisted, Confirm.Persisted, Confirm.Delivered, Confirm.Accepted, Confirm.None),
            TtlMs = _chance.OneIn(15) ? _chance.Between(1, 60) : 0,
            DeliveredCount = _chance.Below(3),
        };
    }
}
