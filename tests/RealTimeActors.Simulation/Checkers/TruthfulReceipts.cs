using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>7: delivered k of n means that k sessions acked; refused means that it is in no log.</summary>
internal sealed partial class TruthfulReceipts : Checker
{
    /// <summary>How often each sequence of a producer has arrived, and those that arrived once and were refused.</summary>
    private readonly Dictionary<(string Channel, string Producer, long Sequence), int> _attempts = [];
    private readonly HashSet<(string Channel, string Producer, long Sequence)> _refused = [];
    private readonly HashSet<(string Channel, string Producer, long Sequence)> _durable = [];

    public override void OnDurable(TrueEvent durable)
    {
        if (durable.Stored.ProducerId is not { } producer)
            return;

        var key = (durable.Event.Channel, producer, durable.Stored.ProducerSequence);
        _durable.Add(key);
        Require(!_refused.Contains(key), $"Sequence {key.ProducerSequence} of {producer} was refused by {durable.Event.Channel}, and is in the log at {durable.Event.Offset}.");
    }

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if (frame is ClientFrame.Publish { ProducerId: { } producer } publish)
            OnAttempt((publish.Channel, producer, publish.ProducerSequence));

        OnAsked(link, frame);
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Error error)
            OnRefused(link, error);

        OnTold(link, frame);
        if (frame is ServerFrame.Receipt receipt)
            OnDelivered(link, receipt);
    }

    private void OnAttempt((string Channel, string Producer, long Sequence) key)
    {
        _attempts[key] = _attempts.GetValueOrDefault(key) + 1;
        _refused.Remove(key);
    }

    /// <summary>An error that does not leave it open says that the publish is in no log. A repeat may be refused although the first is there.</summary>
    private void OnRefused(LinkView link, ServerFrame.Error error)
    {
        if (error.Code is ErrorCode.Internal or ErrorCode.Timeout || link.Answered(error) is not ClientFrame.Publish { ProducerId: { } producer } publish)
            return;

        Seen.Sometimes.Count("a publish is refused");
        var key = (publish.Channel, producer, publish.ProducerSequence);
        if (_attempts.GetValueOrDefault(key) > 1)
            return;

        Seen.Truth.Refresh();
        Require(!_durable.Contains(key), $"{Line.Of(publish)} was refused ({error.Code}: {error.Message}), and is in the log.");
        _refused.Add(key);
    }

    public override void AtRest()
    {
        var inLogs = Seen.Truth.All.Select(durable => (durable.Event.Channel, Encoding.UTF8.GetString(durable.Event.Data.Span))).ToHashSet();
        foreach (var publish in Seen.Publishes)
        {
            var isRefused = publish.Outcome is RequestOutcome.Refused { MayBeInLog: false } or RequestOutcome.Rejected;
            if (isRefused && inLogs.Contains((publish.Frame.Channel, Encoding.UTF8.GetString(publish.Frame.Data.Span))))
                Fail($"{publish} was refused ({publish.Outcome}), and is in the log.");
        }
    }

    public override void OnPublishEnded(PublishRecord publish, RequestOutcome outcome)
    {
        if (outcome is RequestOutcome.Published { Receipt: var receipt })
        {
            var isDurable = Seen.ChannelOf(publish.Frame.Channel).IsDurable;
            var expected = publish.Frame.Confirm is Confirm.Persisted or Confirm.Delivered && isDurable ? ReceiptStatus.Persisted : ReceiptStatus.Accepted;
            Require(receipt.Status >= expected, $"{publish} asked for {publish.Frame.Confirm} and got {receipt.Status}.");
        }
    }
}
