using System.Text;
using RealTimeActors.Client.Machine;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>7: delivered k of n means that k sessions acked; refused means that it is in no log.</summary>
internal sealed class TruthfulReceipts : Checker
{
    /// <summary>What each session has acked, as far as the server can know.</summary>
    private readonly SortedDictionary<(string Channel, string Epoch), SortedDictionary<string, AckedOffsets>> _acked = [];

    /// <summary>How often each sequence of a producer has arrived, and those that arrived once and were refused.</summary>
    private readonly SortedDictionary<(string Channel, string Producer, long Sequence), int> _attempts = [];
    private readonly SortedSet<(string Channel, string Producer, long Sequence)> _refused = [];
    private readonly SortedSet<(string Channel, string Producer, long Sequence)> _durable = [];

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

        if (frame is not ClientFrame.Ack ack || link.Session is not { } session || !link.Subscriptions.TryGetValue(ack.Channel, out var subscription))
            return;

        Acked(session, subscription.Epoch, ack);
    }

    /// <summary>Who resumes at a position has what is before it, whether its acks arrived or not.</summary>
    public override void OnSubscribed(LinkView link, SubscriptionView now, ServerFrame.Subscribed frame, SubscriptionView? former)
    {
        if (link.Session is { } session && now.Request?.From is From.Position(var epoch, var offset) && epoch == frame.Epoch)
            Acked(session, epoch, new ClientFrame.Ack(frame.Channel, offset, []));
    }

    private void Acked(string session, string epoch, ClientFrame.Ack ack)
    {
        if (!_acked.TryGetValue((ack.Channel, epoch), out var sessions))
            _acked.Add((ack.Channel, epoch), sessions = new(StringComparer.Ordinal));

        if (!sessions.TryGetValue(session, out var offsets))
            sessions.Add(session, offsets = new AckedOffsets());

        offsets.Add(ack);
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is ServerFrame.Error error)
            OnRefused(link, error);

        if (frame is not ServerFrame.Receipt { Acked: { } claimed, Of: { } of } receipt)
            return;

        Require(claimed <= of, $"A receipt of {receipt.Channel} says {claimed} of {of}.");
        var acked = _acked.TryGetValue((receipt.Channel, receipt.Epoch), out var sessions) ? sessions.Values.Count(offsets => offsets.Contains(receipt.Offset)) : 0;
        Require(claimed <= acked, $"A receipt says that {claimed} sessions acked offset {receipt.Offset} of {receipt.Channel}; acks of {acked} had arrived.");
        if (receipt.Status != ReceiptStatus.Delivered || link.Answered(receipt) is not ClientFrame.Publish publish)
            return;

        Seen.Sometimes.Count(claimed > 0 ? "an event is delivered to somebody" : "an event is delivered to nobody");
        Require(
            claimed >= of || (publish.DeliveredCount > 0 && claimed >= publish.DeliveredCount),
            $"{claimed} of {of} sessions acked offset {receipt.Offset} of {receipt.Channel} ({publish.DeliveredCount} were asked for), and the receipt says delivered.");
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
